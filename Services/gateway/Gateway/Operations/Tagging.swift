import Domain
import NIOCore
import NIOHTTP1
import Wire

/// The tags of objects: read at any reference, written on a branch, as a change like any other.
extension GatewayHandler {
    /// How often tags are put on what another writer replaces at the same time.
    private static let maxTagAttempts = 10

    func getObjectTagging(_ exchange: S3Exchange) async throws(S3Error) {
        let entry = try await located(exchange).entry
        exchange.send(xml: ObjectTags(attributes: entry.attributes).document())
    }

    func putObjectTagging(_ exchange: S3Exchange) async throws(S3Error) {
        let destination = try destination(exchange)
        let tags = try ObjectTags(document: try await document(exchange, maxBytes: ObjectTags.maxDocumentBytes))
        try await put(tags.attributeValue, on: destination, exchange)
        exchange.send(.ok, [:], ByteBuffer())
    }

    func deleteObjectTagging(_ exchange: S3Exchange) async throws(S3Error) {
        try await put(nil, on: try destination(exchange), exchange)
        exchange.send(.noContent)
    }

    /// The object that a request to read is about.
    ///
    /// - Throws: `NoSuchKey`, `NoSuchBucket`, `NoSuchVersion`, `AccessDenied`.
    func located(_ exchange: S3Exchange) async throws(S3Error) -> LocatedEntry {
        let (reference, path) = try VersionedPath(exchange.key).readTarget()
        let repository = try exchange.repository()
        try authorize(exchange, exchange.operation.permission(repository, path))
        try checkVersion(exchange)
        return try await call(
            GetObject.self, GetObject.Request(repository: repository, reference: reference, path: path), exchange)
    }

    /// Stages the object as it is, with other tags.
    private func put(
        _ tags: String?, on destination: Destination, _ exchange: S3Exchange
    ) async throws(S3Error) {
        try checkVersion(exchange)
        let branch = try await branch(destination, exchange)
        let target = try await writeTarget(destination.repository, branch, isChecked: true, exchange)
        let request = GetObject.Request(
            repository: destination.repository, reference: try Self.reference(to: branch), path: destination.path)
        for _ in 0..<Self.maxTagAttempts {
            let located = try await call(GetObject.self, request, exchange)
            var entry = located.entry
            guard entry.attributes[ObjectTags.attribute] != tags else { return }
            entry.attributes[ObjectTags.attribute] = tags
            do throws(S3Error) {
                return try await stage(
                    entry, destination, branch, target,
                    .ifUnchanged(etag: entry.checksum, modified: entry.modified), isShared: true, exchange)
            } catch {
                guard error.code == .preconditionFailed else { throw error }
            }
        }
        throw S3Error(.operationAborted)
    }
}
