import Domain
import NIOCore
import NIOHTTP1
import Wire

extension GatewayHandler {
    /// Answers about configuration that no bucket here has.
    func unsetConfiguration(_ exchange: S3Exchange) async throws(S3Error) {
        guard let unset = exchange.operation.unsetConfiguration else {
            throw S3Error(.notImplemented, "\(exchange.operation.rawValue) is not implemented")
        }
        _ = try await bucket(exchange)
        switch unset {
        case .document(let root, let content): exchange.send(xml: BucketAnswers.document(root, content))
        case .ownersOnly: exchange.send(xml: BucketAnswers.acl())
        case .missing(let code): throw S3Error(code, details: [("BucketName", exchange.bucket)])
        case .deleted: exchange.send(.noContent)
        }
    }

    /// What is already so is set again: everything is its owner's, and nothing anybody else's.
    func putBucketAcl(_ exchange: S3Exchange) async throws(S3Error) {
        try await checkACL(exchange)
        _ = try await bucket(exchange)
        exchange.send(.ok, [:], ByteBuffer())
    }

    func getObjectAcl(_ exchange: S3Exchange) async throws(S3Error) {
        try await checkObject(exchange)
        exchange.send(xml: BucketAnswers.acl())
    }

    func putObjectAcl(_ exchange: S3Exchange) async throws(S3Error) {
        try await checkACL(exchange)
        try await checkObject(exchange)
        exchange.send(.ok, [:], ByteBuffer())
    }

    /// S3's answer on a bucket without object lock.
    func objectLock(_ exchange: S3Exchange) async throws(S3Error) {
        try await checkObject(exchange)
        throw S3Error(.invalidRequest, "Bucket is missing Object Lock Configuration")
    }

    /// - Throws: `AccessControlListNotSupported` unless the request asks for what every bucket and object has.
    private func checkACL(_ exchange: S3Exchange) async throws(S3Error) {
        let refusal = S3Error(.accessControlListNotSupported)
        let grants = exchange.fields.headers.contains { $0.name.lowercased().hasPrefix("x-amz-grant-") }
        guard !grants else { throw refusal }
        if let canned = exchange.fields[.acl] {
            guard ["private", "bucket-owner-full-control"].contains(canned) else { throw refusal }
            return
        }
        let body = try await document(exchange, maxBytes: ACLDocument.maxBytes)
        guard !body.isEmpty, try ACLDocument(body).isOwnersOnly else { throw refusal }
    }

    /// - Throws: `NoSuchKey` and the like where the object is not there.
    private func checkObject(_ exchange: S3Exchange) async throws(S3Error) {
        let (reference, path) = try VersionedPath(exchange.key).readTarget()
        let repository = try exchange.repository()
        try authorize(exchange, exchange.operation.permission(repository, path))
        try checkVersion(exchange)
        _ = try await call(
            GetObject.self, GetObject.Request(repository: repository, reference: reference, path: path), exchange)
    }
}
