import Cryptography
import NIOCore
import NIOHTTP1
import ObjectStore

/// The body of a presigned write, counted and digested on its way.
final class PresignedBody {
    private let source: any BodySource
    private let length: Int64?
    private let maxBytes: Int64
    /// What the client says its MD5 is.
    private let claimed: MD5Digest?
    private var hash = MD5()
    private var size: Int64 = 0

    /// - Throws: `APIError` 400, 403 without a header that was signed, 413.
    init(_ work: SignedRequest, _ request: IncomingRequest) throws(APIError) {
        for header in work.headers where request.headers.first(name: header.name) != header.value {
            throw APIError(403, "the request must have the header \(header.name) that was signed")
        }
        maxBytes = work.maxBytes
        source = request.body
        length = request.contentLength
        if let text = request.headers.first(name: "Content-MD5") {
            guard let digest = Base64.decode(text).flatMap({ MD5Digest(bytes: $0) }) else {
                throw .badRequest("Content-MD5 is no MD5 in base 64")
            }
            claimed = digest
        } else {
            claimed = nil
        }
        if let length, length > maxBytes { throw tooLarge }
    }

    private var tooLarge: APIError { APIError(413, "at most \(maxBytes) bytes can be written to the address") }

    /// For a store; what breaks a rule on the way fails its write.
    var objectBody: ObjectBody {
        ObjectBody(length: length) { [self] in
            guard let piece = try await source.next() else {
                guard claimed.map({ $0 == hash.finalize() }) ?? true else {
                    throw APIError.badRequest("the body is not what Content-MD5 says")
                }
                return nil
            }
            size += Int64(piece.readableBytes)
            guard size <= maxBytes else { throw tooLarge }
            piece.withUnsafeReadableBytes { hash.update($0) }
            return piece
        }
    }

    /// Of all of it, once it was taken.
    var digest: MD5Digest { hash.finalize() }
}
