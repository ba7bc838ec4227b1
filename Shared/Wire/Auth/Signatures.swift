import JSONCodec
package import Policy

/// A derived SigV4 signing key, whom it speaks for, and what they may do.
package struct SigningKey: CodableMessage {
    /// 32 bytes, in hexadecimal.
    package var key: String
    package var principal: Principal
    /// As those of `Verified`.
    package var policies: [PolicyDocument]
    /// Nil for a key that is no session's.
    package var session: SessionTerms?

    package init(key: String, principal: Principal, policies: [PolicyDocument], session: SessionTerms? = nil) {
        self.key = key
        self.principal = principal
        self.policies = policies
        self.session = session
    }
}

/// What else requests that are signed with a session's key are held to.
package struct SessionTerms: CodableMessage {
    /// SHA-256 of the token that they bring along, in hexadecimal.
    package var tokenDigest: String
    /// Seconds since 1970; may be over.
    package var expires: Int64
    /// Each set must allow what is asked for.
    package var bounds: [[PolicyDocument]]

    package init(tokenDigest: String, expires: Int64, bounds: [[PolicyDocument]]) {
        self.tokenDigest = tokenDigest
        self.expires = expires
        self.bounds = bounds
    }
}

/// The key of one date, region and service. Errors: `notFound` (credential), `invalidArgument` (scope refused), `resourceExhausted`.
package enum GetSigningKey: RPCMethod {
    package typealias Response = SigningKey

    package static let name = "auth.getSigningKey"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.gateway]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var accessKeyID: String
        /// `yyyymmdd`: from 7 days back to tomorrow.
        package var date: String
        package var region: String
        /// `s3` or `sts`.
        package var service: String

        package init(accessKeyID: String, date: String, region: String, service: String) {
            self.accessKeyID = accessKeyID
            self.date = date
            self.region = region
            self.service = service
        }
    }
}

/// Errors: `notFound` (credential), `unauthenticated`, `permissionDenied` (a session's key), `resourceExhausted`.
package enum VerifySignatureV2: RPCMethod {
    package typealias Response = Verified

    package static let name = "auth.verifySignatureV2"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.gateway]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var accessKeyID: String
        package var stringToSign: String
        /// What else the signature may be computed over.
        package var otherStringToSign: String?
        /// Base64.
        package var signature: String

        package init(accessKeyID: String, stringToSign: String, otherStringToSign: String? = nil, signature: String) {
            self.accessKeyID = accessKeyID
            self.stringToSign = stringToSign
            self.otherStringToSign = otherStringToSign
            self.signature = signature
        }
    }
}
