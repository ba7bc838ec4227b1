import Cryptography
import Signatures
import Wire

/// What requests that are signed with a session's key must show beside the signature.
struct SessionProof: Sendable {
    private let tokenDigest: SHA256Digest
    /// Seconds since 1970.
    private let expires: Int64

    /// Nil for a digest that is none.
    init?(_ terms: SessionTerms) {
        guard let digest = SHA256Digest(hex: terms.tokenDigest) else { return nil }
        (tokenDigest, expires) = (digest, terms.expires)
    }

    /// - Parameters:
    ///   - token: what the request brought along.
    ///   - now: seconds since 1970.
    /// - Throws: `InvalidAccessKeyId` without a token, as S3 does; `InvalidToken`; `ExpiredToken`.
    func check(_ token: String?, of accessKeyID: String, now: Int64) throws(S3Error) {
        guard let token else { throw .invalidAccessKeyID(accessKeyID) }
        guard ConstantTime.equal(SHA256.hash(token.utf8), tokenDigest) else { throw S3Error(.invalidToken) }
        guard now < expires else { throw S3Error(.expiredToken) }
    }
}
