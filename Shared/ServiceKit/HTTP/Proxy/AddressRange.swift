package import NIOCore

/// A block of IP addresses in CIDR form, such as `10.0.0.0/8` or `fd00::/8`; without a length, one address.
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    private let bytes: [UInt8]
    private let bits: Int
    package let description: String

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = try? SocketAddress(ipAddress: String(first), port: 0) else {
            return nil
        }
        let bytes = Self.bytes(of: address)
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard let length = UInt8(parts[1]), Int(length) <= bits else { return nil }
            bits = Int(length)
        }
        self.bytes = bytes
        self.bits = bits
        description = text
    }

    /// An IPv4 address that came over an IPv6 socket counts as IPv4.
    package func contains(_ address: SocketAddress) -> Bool {
        var other = Self.bytes(of: address)
        if other.count == 16, bytes.count == 4, other.starts(with: Self.mappedPrefix) { other.removeFirst(12) }
        guard other.count == bytes.count else { return false }
        for index in bytes.indices {
            let width = min(8, max(0, bits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> width)
            guard (other[index] ^ bytes[index]) & mask == 0 else { return false }
        }
        return true
    }

    private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// The address in network order; empty for a socket in the file system.
    private static func bytes(of address: SocketAddress) -> [UInt8] {
        // Where `sockaddr_in` and `sockaddr_in6` hold it.
        let bounds: Range<Int>
        switch address {
        case .v4: bounds = 4..<8
        case .v6: bounds = 8..<24
        case .unixDomainSocket: return []
        }
        return address.withSockAddr { pointer, size in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            return bounds.upperBound <= bytes.count ? Array(bytes[bounds]) : []
        }
    }
}
