import JSONCodec
import NIOCore
import Wire

/// Calls that go out together on one connection.
final class RPCOutgoingBody {
    let calls: [RPCCall]
    let sentAt = NIODeadline.now()
    /// Whether it still counts against the bodies in flight: unanswered, and younger than the hold.
    var isFresh: Bool
    var hasAnswers = false
    private(set) var unanswered: Int
    private(set) weak var owner: RPCPeerAddress?
    private weak var connection: RPCClientConnection?

    init(_ calls: [RPCCall], isFresh: Bool) {
        self.calls = calls
        self.isFresh = isFresh
        unanswered = calls.count
    }

    func sent(by owner: RPCPeerAddress, on connection: RPCClientConnection) {
        self.owner = owner
        self.connection = connection
    }

    /// Nobody waits for any of the calls: the connection is of no use before the peer has answered.
    func abandon() { connection?.close() }

    /// A call got its answer, or nobody waits for it any longer.
    func settle() { unanswered -= 1 }

    /// The request around the calls.
    ///
    /// - Parameter head: up to the value of Content-Length.
    func bytes(head: String, _ allocator: ByteBufferAllocator) throws(JSONError) -> ByteBuffer {
        let now = ContinuousClock.now
        var envelopes: [[UInt8]] = []
        envelopes.reserveCapacity(calls.count)
        var length = 0
        for (index, call) in calls.enumerated() {
            let envelope = try call.envelope(id: UInt32(index), now: now).jsonBytes()
            length += RPCFrame.headerBytes + envelope.count + call.message.count
            envelopes.append(envelope)
        }
        var buffer = allocator.buffer(capacity: head.utf8.count + 24 + length)
        buffer.writeString(head)
        buffer.writeString(String(length))
        buffer.writeStaticString("\r\n\r\n")
        for (call, envelope) in zip(calls, envelopes) {
            RPCFrame(envelope: envelope, message: call.message).write(into: &buffer)
        }
        return buffer
    }
}
