import Glibc

/// The thread an engine runs on.
enum EngineThread {
    /// Ample for libpq's name look-up and TLS, in bytes.
    private static let stackBytes = 1 << 20

    /// - Throws: `DatabaseError.unavailable` when the system gives no thread.
    static func start(_ engine: sending Engine) throws(DatabaseError) {
        let retained = Unmanaged.passRetained(engine)
        do {
            try detach(argument: retained.toOpaque()) { argument in
                guard let argument else { return nil }
                Unmanaged<Engine>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }
        } catch {
            retained.release()
            throw error
        }
    }

    static func detach(
        argument: UnsafeMutableRawPointer, _ body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
    ) throws(DatabaseError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        var thread = pthread_t()
        guard pthread_create(&thread, &attributes, body, argument) == 0 else {
            throw .unavailable("no thread to be had")
        }
    }
}
