import Cryptography
import Synchronization

/// Signs our own requests to an S3 store.
package final class RequestSigner: Sendable {
    private struct Today: Sendable {
        let scope: CredentialScope
        let key: DerivedKey
    }

    package let credentials: SigningCredentials
    package let region: String
    private let today = Mutex<Today?>(nil)

    package init(credentials: SigningCredentials, region: String) {
        self.credentials = credentials
        self.region = region
    }

    /// A header signature.
    package struct Signed: Sendable {
        /// To be sent along with those of the head: date, payload hash, session token and authorization.
        package let fields: [RequestHead.Field]
        /// Signs the chunks of the payload, if it has any.
        package let chunks: ChunkSigner
    }

    /// Signs `host`, `content-type`, `content-md5`, `range` and every `x-amz-` header of a head, which holds `host`.
    ///
    /// - Throws: `invalidURI` if the path or query cannot be decoded.
    package func sign(
        _ head: RequestHead, payload: PayloadMode, at time: SigningTime
    ) throws(SignatureError) -> Signed {
        var added: [RequestHead.Field] = [("x-amz-date", time.stamp), ("x-amz-content-sha256", payload.text)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        let fields = head.fields + added
        let names = Self.signedNames(fields)
        let request = try CanonicalRequest.bytes(
            method: head.method, path: head.path, query: CanonicalQuery(head.query), fields: fields,
            signedHeaders: names, payload: payload, presigned: false)
        let (scope, key) = derivedKey(time)
        let signature = key.signature("AWS4-HMAC-SHA256", time: time, scope: scope, SHA256.hash(request))
        added.append(
            (
                "authorization",
                "\(SigV4Claim.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text),"
                    + "SignedHeaders=\(String(decoding: names.text, as: UTF8.self)),Signature=\(signature.hex)"
            ))
        return Signed(fields: added, chunks: ChunkSigner(key: key, time: time, scope: scope, seed: signature))
    }

    /// The target (path and query) of a request that anybody may send within `seconds`.
    ///
    /// - Parameter head: holds `host` and the headers that the sender must send along.
    /// - Throws: `invalidURI` if the path or query cannot be decoded.
    package func presign(
        _ head: RequestHead, seconds: Int64, at time: SigningTime
    ) throws(SignatureError) -> String {
        let (scope, key) = derivedKey(time)
        let names = Self.signedNames(head.fields)
        var parameters = try CanonicalQuery(head.query).parameters
        func add(_ name: String, _ value: String) {
            let encoded = PercentEncoding.encode(value.utf8, keepingSlash: false)
            parameters.append(CanonicalQuery.Parameter(name: name, value: encoded))
        }
        add("X-Amz-Algorithm", SigV4Claim.algorithm)
        add("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text)")
        add("X-Amz-Date", time.stamp)
        add("X-Amz-Expires", "\(min(max(seconds, 0), SigV4Claim.maxPresignedSeconds))")
        add("X-Amz-SignedHeaders", String(decoding: names.text, as: UTF8.self))
        if let token = credentials.sessionToken { add("X-Amz-Security-Token", token) }
        let query = CanonicalQuery(parameters: parameters)
        let request = try CanonicalRequest.bytes(
            method: head.method, path: head.path, query: query, fields: head.fields, signedHeaders: names,
            payload: .unsigned, presigned: true)
        let signature = key.signature("AWS4-HMAC-SHA256", time: time, scope: scope, SHA256.hash(request))
        var target = Array(head.path.utf8)
        target.append(UInt8(ascii: "?"))
        query.append(to: &target, presigned: true)
        return String(decoding: target, as: UTF8.self) + "&X-Amz-Signature=\(signature.hex)"
    }

    private static func signedNames(_ fields: [RequestHead.Field]) -> SignedHeaderNames {
        let always: Set<String> = ["host", "content-type", "content-md5", "range"]
        var names: Set<String> = []
        for field in fields {
            let name = ASCIIName.lowercased(field.name)
            if always.contains(name) || name.hasPrefix("x-amz-") { names.insert(name) }
        }
        return SignedHeaderNames(listing: names.sorted())
    }

    /// The key of a day, derived once for it.
    private func derivedKey(_ time: SigningTime) -> (CredentialScope, DerivedKey) {
        let scope = CredentialScope(time: time, region: region)
        return today.withLock { today in
            if let today, today.scope == scope { return (scope, today.key) }
            let key = DerivedKey(secret: credentials.secretAccessKey, scope: scope)
            today = Today(scope: scope, key: key)
            return (scope, key)
        }
    }
}
