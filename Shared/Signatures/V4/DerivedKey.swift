package import Cryptography

/// A SigV4 signing key: what is left of a secret when it is narrowed to one scope.
package struct DerivedKey: Sendable {
    private let key: HMACSHA256

    /// - Parameter bytes: what `derive` gave.
    package init(_ bytes: SHA256Digest) {
        key = HMACSHA256(bytes)
    }

    /// Narrows a secret to a scope.
    package static func derive(secret: some StringProtocol, scope: CredentialScope) -> SHA256Digest {
        let day = HMACSHA256("AWS4" + secret).code(scope.day)
        let region = HMACSHA256(day).code(scope.region)
        let service = HMACSHA256(region).code(scope.service)
        return HMACSHA256(service).code(CredentialScope.terminator)
    }

    package init(secret: some StringProtocol, scope: CredentialScope) {
        self.init(Self.derive(secret: secret, scope: scope))
    }

    /// The signature of any text, such as the policy of a POST form.
    package func signature(of text: some Collection<UInt8>) -> SHA256Digest {
        key.code(text)
    }

    /// The signature of a string to sign with this heading.
    func signature(
        _ algorithm: StaticString, time: SigningTime, scope: CredentialScope, previous: SHA256Digest? = nil,
        _ hashes: SHA256Digest...
    ) -> SHA256Digest {
        var text: [UInt8] = []
        text.reserveCapacity(320)
        text.append(contentsOf: UnsafeBufferPointer(start: algorithm.utf8Start, count: algorithm.utf8CodeUnitCount))
        text.append(0x0A)
        time.appendStamp(to: &text)
        text.append(0x0A)
        scope.append(to: &text)
        if let previous {
            text.append(0x0A)
            text.append(hexOf: previous)
        }
        for hash in hashes {
            text.append(0x0A)
            text.append(hexOf: hash)
        }
        return text.withUnsafeBytes { key.code($0) }
    }
}

extension [UInt8] {
    mutating func append(hexOf digest: SHA256Digest) {
        digest.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(byteCount: 2 * SHA256Digest.byteCount, alignment: 1) { digits in
                Hex.encode(bytes, into: digits)
                append(contentsOf: digits)
            }
        }
    }
}
