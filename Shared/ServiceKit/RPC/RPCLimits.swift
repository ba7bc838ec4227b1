/// What a body of calls between services may hold; both sides keep to it.
package enum RPCLimits {
    /// Of one request or response message.
    package static let maxMessageBytes = 16 * 1024 * 1024
    /// What goes with a message: names, trace, error text.
    static let maxEnvelopeBytes = 64 * 1024
    /// Small calls that go out together.
    static let maxCallsPerBody = 256
    /// Messages of small calls that go out together; one call alone may be larger.
    static let maxCoalescedBytes = 256 * 1024
    /// Of a request body: one greatest call, or many small ones.
    static let maxBodyBytes = maxMessageBytes + maxEnvelopeBytes + RPCFrame.headerBytes
    /// Of an error's text; cut beyond.
    static let maxErrorTextBytes = 4096
}
