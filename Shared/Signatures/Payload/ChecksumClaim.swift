import Cryptography

/// The checksum a client sends along with a body, or promises in its trailer.
package struct ChecksumClaim: Sendable, Hashable {
    package let algorithm: ChecksumAlgorithm
    /// Base 64; `nil` if it comes in the trailer.
    package let value: String?

    /// Headers that speak about checksums without being one.
    private static let others: Set<String> = [
        "x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type",
    ]

    /// The claim of a request, `nil` if it makes none.
    ///
    /// - Throws: `invalidChecksum` for an unknown algorithm, a value that cannot be one, or more than one claim.
    package static func of(_ head: RequestHead) throws(SignatureError) -> ChecksumClaim? {
        var claim: ChecksumClaim?
        func take(_ name: String, _ value: String?) throws(SignatureError) {
            guard name.hasPrefix("x-amz-checksum-"), !others.contains(name) else { return }
            guard let algorithm = ChecksumAlgorithm.allCases.first(where: { $0.headerName == name }), claim == nil
            else { throw .invalidChecksum(name) }
            if let value { try check(value, algorithm) }
            claim = ChecksumClaim(algorithm: algorithm, value: value)
        }
        for field in head.fields where ASCIIName.isAmazon(field.name) {
            try take(ASCIIName.lowercased(field.name), field.value)
        }
        for name in try PayloadTrailer.announced(head) {
            try take(name, nil)
        }
        return claim
    }

    /// Compares what was computed with what was claimed.
    ///
    /// - Parameter trailer: what `PayloadDecoder.finish` returned.
    /// - Throws: `checksumMismatch`, `malformedTrailer`, `invalidChecksum`.
    package func verify(_ computed: RunningChecksum, trailer: [RequestHead.Field]) throws(SignatureError) {
        guard let claimed = value ?? trailer.first(where: { $0.name == algorithm.headerName })?.value
        else { throw .malformedTrailer }
        try Self.check(claimed, algorithm)
        guard claimed == computed.base64 else { throw .checksumMismatch(algorithm: algorithm.rawValue) }
    }

    private static func check(_ value: String, _ algorithm: ChecksumAlgorithm) throws(SignatureError) {
        guard Base64.decode(value)?.count == algorithm.byteCount else { throw .invalidChecksum(algorithm.headerName) }
    }
}
