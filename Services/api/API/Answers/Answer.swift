import NIOCore
import NIOHTTP1
import ObjectStore

/// What a client gets for its request.
struct Answer: Sendable {
    enum Content: Sendable {
        case none
        case bytes(ByteBuffer)
        /// The bytes of an object, streamed.
        case object(ObjectContent)
        /// Bytes of a length that is not known, piece by piece; nil ends them.
        case pieces(@Sendable () async throws -> ByteBuffer?)
        /// No bytes, but the length that a GET would have, in bytes.
        case head(length: Int64)
    }

    var status: Int
    var headers: [(name: String, value: String)]
    var content: Content
    /// What the audit log is told instead of the status, where a browser is led on whatever came out.
    var audited: AuditedResult?

    init(_ status: Int, headers: [(name: String, value: String)] = [], content: Content = .none) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    static let noContent = Answer(204)

    static func json(_ status: Int, _ bytes: [UInt8]) -> Answer {
        Answer(
            status, headers: [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")],
            content: .bytes(ByteBuffer(bytes: bytes)))
    }

    static func text(_ status: Int, _ text: String) -> Answer {
        Answer(
            status, headers: [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
            content: .bytes(ByteBuffer(string: text)))
    }

    /// The bytes of a short answer; empty for streamed ones.
    var bytes: ByteBuffer {
        if case .bytes(let bytes) = content { bytes } else { ByteBuffer() }
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
