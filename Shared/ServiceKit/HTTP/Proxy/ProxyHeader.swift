import NIOCore

/// A PROXY protocol header, version 2 (haproxy's `proxy-protocol.txt` §2.2).
enum ProxyHeader: Hashable {
    /// The load balancer speaks for itself, such as a health check.
    case local
    case proxied(SocketAddress)

    enum Malformed: Error { case malformed }

    /// A signature, version, family and length.
    private static let fixedBytes = 16
    /// Addresses and TLVs; the largest that a client certificate's TLVs need is far below.
    private static let maxVariableBytes = 4096
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Takes a header off `buffer`; nil where it is not yet whole.
    static func read(from buffer: inout ByteBuffer) throws(Malformed) -> ProxyHeader? {
        guard buffer.readableBytesView.prefix(12).elementsEqual(signature.prefix(buffer.readableBytes)) else {
            throw .malformed
        }
        guard buffer.readableBytes >= fixedBytes else { return nil }
        let start = buffer.readerIndex
        guard let command = buffer.getInteger(at: start + 12, as: UInt8.self),
            let family = buffer.getInteger(at: start + 13, as: UInt8.self),
            let length = buffer.getInteger(at: start + 14, as: UInt16.self),
            command >> 4 == 2, length <= maxVariableBytes
        else { throw .malformed }
        guard buffer.readableBytes >= fixedBytes + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: fixedBytes)
        guard let addresses = buffer.readSlice(length: Int(length)) else { throw .malformed }
        switch command & 15 {
        case 0: return .local
        case 1: return try proxied(family, addresses)
        default: throw .malformed
        }
    }

    private static func proxied(_ family: UInt8, _ addresses: ByteBuffer) throws(Malformed) -> ProxyHeader {
        var addresses = addresses
        switch family {
        case 0x11: return try address(&addresses, bytes: 4)
        case 0x21: return try address(&addresses, bytes: 16)
        case 0x00: return .local
        default: throw .malformed
        }
    }

    /// Source address, destination address, source port.
    private static func address(_ addresses: inout ByteBuffer, bytes: Int) throws(Malformed) -> ProxyHeader {
        guard let source = addresses.readSlice(length: bytes), addresses.readSlice(length: bytes) != nil,
            let port = addresses.readInteger(as: UInt16.self), addresses.readInteger(as: UInt16.self) != nil,
            let address = try? SocketAddress(packedIPAddress: source, port: Int(port))
        else { throw .malformed }
        return .proxied(address)
    }
}
