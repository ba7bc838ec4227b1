import NIOCore

/// One call or answer within a body: two lengths, an envelope in JSON, a message in JSON.
///
/// Both lengths come first, as 32-bit big-endian numbers, so that no content of a message can pass for a frame.
struct RPCFrame: Sendable, Hashable {
    let envelope: [UInt8]
    let message: [UInt8]

    static let headerBytes = 8

    var byteCount: Int { Self.headerBytes + envelope.count + message.count }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(truncatingIfNeeded: envelope.count))
        buffer.writeInteger(UInt32(truncatingIfNeeded: message.count))
        buffer.writeBytes(envelope)
        buffer.writeBytes(message)
    }

    /// Takes a frame off `buffer`; nil where it is not yet whole.
    static func read(from buffer: inout ByteBuffer) throws(RPCFrameError) -> RPCFrame? {
        guard let envelopeBytes = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self),
            let messageBytes = buffer.getInteger(at: buffer.readerIndex + 4, as: UInt32.self)
        else { return nil }
        guard envelopeBytes <= RPCLimits.maxEnvelopeBytes else { throw RPCFrameError("envelope is too large") }
        guard messageBytes <= RPCLimits.maxMessageBytes else { throw RPCFrameError("message is too large") }
        let total = headerBytes + Int(envelopeBytes) + Int(messageBytes)
        guard buffer.readableBytes >= total else { return nil }
        buffer.moveReaderIndex(forwardBy: headerBytes)
        guard let envelope = buffer.readBytes(length: Int(envelopeBytes)),
            let message = buffer.readBytes(length: Int(messageBytes))
        else { throw RPCFrameError("frame is cut short") }
        return RPCFrame(envelope: envelope, message: message)
    }
}

/// Why bytes from a peer are no frame.
struct RPCFrameError: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
