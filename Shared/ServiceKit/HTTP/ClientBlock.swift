import Glibc

/// The block of addresses that one client is taken to own: an IPv4 address, or the 64-bit prefix of an IPv6 one.
package struct ClientBlock: Hashable, Sendable {
    private let bits: UInt64
    private let kind: UInt8

    /// What cannot be read, or is missing, shares one block.
    package init(_ address: String?) {
        guard let address else {
            (bits, kind) = (0, 0)
            return
        }
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, address, &v4) == 1 {
            (bits, kind) = (UInt64(v4.s_addr), 4)
        } else if inet_pton(AF_INET6, address, &v6) == 1 {
            (bits, kind) = (withUnsafeBytes(of: &v6) { $0.loadUnaligned(as: UInt64.self) }, 6)
        } else {
            (bits, kind) = (0, 0)
        }
    }
}
