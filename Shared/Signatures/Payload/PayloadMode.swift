package import Cryptography

/// What a signature says about the payload: the value of `x-amz-content-sha256`.
package enum PayloadMode: Sendable, Hashable {
    case unsigned
    /// The payload has this digest.
    case signed(SHA256Digest)
    /// Chunks, each with a signature.
    case streamingSigned
    /// Chunks, each with a signature, and a signed trailer.
    case streamingSignedTrailer
    /// Chunks without signatures, and a trailer.
    case streamingUnsignedTrailer

    /// Of no bytes.
    package static let empty = PayloadMode.signed(SHA256.hash([UInt8]()))

    /// - Throws: `invalidContentSHA256` for a text that is none of the values.
    package init(_ text: String) throws(SignatureError) {
        switch text {
        case "UNSIGNED-PAYLOAD": self = .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .streamingSigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .streamingSignedTrailer
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .streamingUnsignedTrailer
        default:
            let digest = text.withBytes { bytes -> SHA256Digest? in
                for byte in bytes where byte >= 0x41 && byte <= 0x5A { return nil }
                return SHA256Digest(hexDigits: UnsafeRawBufferPointer(bytes))
            }
            guard let digest else { throw .invalidContentSHA256 }
            self = .signed(digest)
        }
    }

    package var isChunked: Bool {
        switch self {
        case .unsigned, .signed: false
        case .streamingSigned, .streamingSignedTrailer, .streamingUnsignedTrailer: true
        }
    }

    /// The value of `x-amz-content-sha256`.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func append(to output: inout [UInt8]) {
        switch self {
        case .unsigned: output.append(contentsOf: "UNSIGNED-PAYLOAD".utf8)
        case .signed(let digest): output.append(hexOf: digest)
        case .streamingSigned: output.append(contentsOf: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".utf8)
        case .streamingSignedTrailer: output.append(contentsOf: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER".utf8)
        case .streamingUnsignedTrailer: output.append(contentsOf: "STREAMING-UNSIGNED-PAYLOAD-TRAILER".utf8)
        }
    }
}
