internal import CPostgres

/// Asks the server to stop what a connection does.
enum Cancellation {
    /// Returns at once. libpq's call blocks, so a thread of its own makes it; failure is of no consequence, since the
    /// connection is closed in any case and the server's own time-outs hold.
    static func send(to handle: OpaquePointer) {
        guard let cancel = PQgetCancel(handle) else { return }
        do {
            try EngineThread.detach(argument: UnsafeMutableRawPointer(cancel)) { argument in
                let cancel = argument.map { OpaquePointer($0) }
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
                    _ = PQcancel(cancel, message.baseAddress, CInt(message.count))
                }
                PQfreeCancel(cancel)
                return nil
            }
        } catch {
            PQfreeCancel(cancel)
        }
    }
}
