import Cryptography
package import Wire

/// Who may call a service, each known by the SHA-256 of its credential.
package struct RPCCallers: Sendable {
    private let digests: [ServiceName: SHA256Digest]

    package init(digests: [ServiceName: [UInt8]]) throws(RPCCallersError) {
        self.digests = try Self.checked(digests)
    }

    /// Reads `gateway=<64 hexadecimal digits>,api=…`.
    package init(parsing text: String) throws(RPCCallersError) {
        var digests: [ServiceName: [UInt8]] = [:]
        for (index, part) in text.split(separator: ",").enumerated() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let name = ServiceName(rawValue: String(pair[0])) else {
                // Not quoted: somebody may have put a credential where its digest belongs.
                throw RPCCallersError("item \(index + 1) does not begin with a service's name and '='")
            }
            guard digests[name] == nil else { throw RPCCallersError("'\(name.rawValue)' is named twice") }
            guard let digest = Hex.decode(pair[1]), digest.count == SHA256Digest.byteCount else {
                throw RPCCallersError("'\(name.rawValue)' needs 64 hexadecimal digits")
            }
            digests[name] = digest
        }
        try self.init(digests: digests)
    }

    /// The callers whose credentials are known in clear, for tests and for one process that plays several.
    package static func holding(_ credentials: [ServiceName: String]) -> RPCCallers {
        RPCCallers(credentials.mapValues { SHA256.hash($0) })
    }

    private init(_ digests: [ServiceName: SHA256Digest]) { self.digests = digests }

    private static func checked(
        _ digests: [ServiceName: [UInt8]]
    ) throws(RPCCallersError) -> [ServiceName: SHA256Digest] {
        var checked: [ServiceName: SHA256Digest] = [:]
        for (name, bytes) in digests {
            guard let digest = SHA256Digest(bytes: bytes) else {
                throw RPCCallersError("'\(name.rawValue)' needs a SHA-256 digest")
            }
            checked[name] = digest
        }
        return checked
    }

    /// Whether `credential` is that of `name`; takes the same time whatever is wrong.
    func verify(_ credential: String, of name: ServiceName) -> Bool {
        let digest = SHA256.hash(credential)
        guard let known = digests[name] else {
            _ = ConstantTime.equal(digest, digest)
            return false
        }
        return ConstantTime.equal(digest, known)
    }
}

/// Why a table of callers cannot be used.
package struct RPCCallersError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
