package import Cryptography

/// The chain of signatures over the chunks of one payload, each of which covers the one before.
package struct ChunkSigner: Sendable {
    private static let nothing = SHA256.hash([UInt8]())

    private let key: DerivedKey
    private let time: SigningTime
    private let scope: CredentialScope
    private var previous: SHA256Digest

    /// - Parameter seed: the signature of the request itself.
    package init(key: DerivedKey, time: SigningTime, scope: CredentialScope, seed: SHA256Digest) {
        (self.key, self.time, self.scope, previous) = (key, time, scope, seed)
    }

    /// The signature of the next chunk, whose data has this digest.
    package mutating func sign(chunk: SHA256Digest) -> SHA256Digest {
        previous = key.signature(
            "AWS4-HMAC-SHA256-PAYLOAD", time: time, scope: scope, previous: previous, Self.nothing, chunk)
        return previous
    }

    /// The signature of the trailer, whose lines `name:value\n` have this digest.
    package mutating func sign(trailer: SHA256Digest) -> SHA256Digest {
        previous = key.signature("AWS4-HMAC-SHA256-TRAILER", time: time, scope: scope, previous: previous, trailer)
        return previous
    }
}
