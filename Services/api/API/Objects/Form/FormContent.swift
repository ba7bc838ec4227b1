import NIOCore

/// The part `content` of a form, as a source of bytes.
///
/// For the one task that reads the request.
final class FormContent {
    private let body: any BodySource
    private var parser: FormDataParser
    private var isAtEnd = false

    init(_ body: any BodySource, boundary: String) throws(APIError) {
        self.body = body
        parser = try FormDataParser(boundary: boundary)
    }

    /// Skips to the part `content`.
    ///
    /// - Throws: `APIError` 400 where the form has none.
    func findContent() async throws -> FormPart {
        while true {
            switch try parser.next() {
            case .part(let part) where part.name == "content": return part
            case .part, .bytes, .partEnd: break
            case .needsBytes: try await feed()
            case .end: throw APIError.badRequest("the form has no part 'content'")
            }
        }
    }

    /// The part's next bytes; nil at its end.
    func next() async throws -> ByteBuffer? {
        guard !isAtEnd else { return nil }
        while true {
            switch try parser.next() {
            case .bytes(let bytes): return bytes
            case .needsBytes: try await feed()
            case .part, .partEnd, .end:
                isAtEnd = true
                return nil
            }
        }
    }

    private func feed() async throws {
        guard let bytes = try await body.next() else {
            throw APIError.badRequest("the form ends before its closing boundary")
        }
        parser.feed(bytes)
    }
}
