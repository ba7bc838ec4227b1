import Cryptography
package import Wire

/// Who may call a service, each known by the SHA-256 of its credential; of two while one takes the place of the other.
package struct RPCCallers: Sendable {
    /// Credentials of one service that are good at a time.
    private static let maxCredentials = 2

    private let digests: [ServiceName: [SHA256Digest]]

    package init(digests: [ServiceName: [UInt8]]) throws(RPCCallersError) {
        var checked: [ServiceName: [SHA256Digest]] = [:]
        for (name, bytes) in digests {
            guard let digest = SHA256Digest(bytes: bytes) else {
                throw RPCCallersError("'\(name.rawValue)' needs a SHA-256 digest")
            }
            checked[name] = [digest]
        }
        self.digests = checked
    }

    /// Reads `gateway=<64 hexadecimal digits>,api=…`.
    package init(parsing text: String) throws(RPCCallersError) {
        var digests: [ServiceName: [SHA256Digest]] = [:]
        for (index, part) in text.split(separator: ",").enumerated() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let name = ServiceName(rawValue: String(pair[0])) else {
                // Not quoted: somebody may have put a credential where its digest belongs.
                throw RPCCallersError("item \(index + 1) does not begin with a service's name and '='")
            }
            guard let digest = SHA256Digest(hex: String(pair[1])) else {
                throw RPCCallersError("'\(name.rawValue)' needs 64 hexadecimal digits")
            }
            guard digests[name, default: []].count < Self.maxCredentials else {
                throw RPCCallersError("'\(name.rawValue)' is named more than twice")
            }
            digests[name, default: []].append(digest)
        }
        self.digests = digests
    }

    /// The callers whose credentials are known in clear, for tests and for one process that plays several.
    package static func holding(_ credentials: [ServiceName: String]) -> RPCCallers {
        RPCCallers(credentials.mapValues { [SHA256.hash($0)] })
    }

    private init(_ digests: [ServiceName: [SHA256Digest]]) { self.digests = digests }

    /// Whether `credential` is one of `name`; takes the same time whatever is wrong.
    package func verify(_ credential: String, of name: ServiceName) -> Bool {
        let digest = SHA256.hash(credential)
        let known = digests[name] ?? []
        var isKnown = false
        for index in 0..<Self.maxCredentials {
            let isOne = ConstantTime.equal(digest, index < known.count ? known[index] : digest)
            isKnown = isKnown || (isOne && index < known.count)
        }
        return isKnown
    }
}

/// Why a table of callers cannot be used.
package struct RPCCallersError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
