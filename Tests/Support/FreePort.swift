import Glibc

/// Ports of 127.0.0.1 that nobody listens on.
package enum FreePort {
    /// A port the system gave out and took back a moment ago; another process may yet take it.
    package static func find() throws -> Int {
        let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw ChildProcess.Failure(description: "no socket: errno \(errno)") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw ChildProcess.Failure(description: "no port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
