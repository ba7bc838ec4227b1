import JSONCodec

/// What a service signs with keys of auth.
package enum KeyPurpose: String, Codable, Sendable, CaseIterable {
    /// Addresses handed out and URLs that need no credentials.
    case presigning
}

/// A key that a service signs with and verifies by, for one purpose.
package struct PurposeKey: CodableMessage {
    /// Names it in what it signed; never used again for its purpose.
    package var number: Int64
    /// 32 bytes, in hexadecimal.
    package var key: String
    /// Seconds since 1970: until then what it signed is taken.
    package var verifiesUntil: Int64

    package init(number: Int64, key: String, verifiesUntil: Int64) {
        self.number = number
        self.key = key
        self.verifiesUntil = verifiesUntil
    }
}

/// Answer of `GetPurposeKeys`.
package struct PurposeKeys: CodableMessage {
    /// The newest first: it signs, the others only verify.
    package var keys: [PurposeKey]

    package init(keys: [PurposeKey]) {
        self.keys = keys
    }
}

/// The keys of one purpose. The newest is at most a day old; each verifies for 25 h after the next was made.
package enum GetPurposeKeys: RPCMethod {
    package typealias Response = PurposeKeys

    package static let name = "auth.getPurposeKeys"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var purpose: KeyPurpose

        package init(purpose: KeyPurpose) {
            self.purpose = purpose
        }
    }
}
