import Glibc
import Synchronization

/// Ports of 127.0.0.1 that nobody listens on.
package enum FreePort {
    /// Below those that the system gives to outgoing connections (`ip_local_port_range`): one of these would otherwise take
    /// the port of a server between its end and its new start.
    private static let candidates = 10_240..<32_768

    private static let given = Mutex<Set<Int>>([])

    /// A port that was free a moment ago and that this process has not been given before; another process may yet take it.
    package static func find() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: candidates)
            guard given.withLock({ $0.insert(port).inserted }), try isFree(port) else { continue }
            return port
        }
        throw ChildProcess.Failure(description: "no free port")
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw ChildProcess.Failure(description: "no socket: errno \(errno)") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
