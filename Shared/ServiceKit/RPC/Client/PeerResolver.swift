import Glibc
package import NIOCore
import NIOPosix

/// Turns a peer's name into all its addresses.
package enum PeerResolver {
    /// Blocks; to be called on a thread that may.
    ///
    /// - Returns: nil where the name cannot be resolved now.
    package static func resolve(_ address: ListenAddress) -> [SocketAddress]? {
        if let literal = try? SocketAddress(ipAddress: address.host, port: address.port) { return [literal] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, nil, &hints, &first) == 0 else { return nil }
        defer { freeaddrinfo(first) }
        var found: [SocketAddress] = []
        var next = first
        while let entry = next {
            if let text = text(entry.pointee),
                let resolved = try? SocketAddress(ipAddress: text, port: address.port), !found.contains(resolved)
            {
                found.append(resolved)
            }
            next = entry.pointee.ai_next
        }
        return found.isEmpty ? nil : found
    }

    private static func text(_ entry: addrinfo) -> String? {
        var host = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
        let result = host.withUnsafeMutableBytes { buffer in
            getnameinfo(
                entry.ai_addr, entry.ai_addrlen, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
        }
        guard result == 0 else { return nil }
        return String(decoding: host.prefix { $0 != 0 }, as: UTF8.self)
    }
}
