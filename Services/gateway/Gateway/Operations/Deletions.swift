import Domain
import NIOCore
import ServiceKit
import Wire

extension GatewayHandler {
    /// DeleteObjects: one call of index for each branch among the keys.
    func deleteObjects(_ exchange: S3Exchange) async throws(S3Error) {
        let repository = try exchange.repository()
        let document = try DeleteDocument(try await document(exchange, maxBytes: DeleteDocument.maxBytes))
        var errors: [Int: S3Error] = [:]
        var byReference: [String: [(index: Int, path: ObjectKey)]] = [:]
        for (index, object) in document.objects.enumerated() {
            do throws(S3Error) {
                if let (reference, path) = try target(object, repository, exchange) {
                    byReference[reference, default: []].append((index, path))
                }
            } catch { errors[index] = error }
        }
        for (reference, paths) in byReference.sorted(by: { $0.key < $1.key }) {
            let failed = try await delete(paths.map(\.path), repository, reference, exchange)
            for (index, path) in paths {
                if let error = failed[path.string] { errors[index] = error }
            }
        }
        let deletions = document.objects.enumerated().map { index, object in
            WriteAnswers.Deletion(key: object.key, error: errors[index])
        }
        exchange.send(xml: WriteAnswers.deletions(deletions, isQuiet: document.isQuiet))
    }

    /// What to delete for one object of the list; nil where there can be nothing.
    private func target(
        _ object: DeleteDocument.Object, _ repository: RepositoryName, _ exchange: S3Exchange
    ) throws(S3Error) -> (reference: String, path: ObjectKey)? {
        guard String(validating: object.key, as: UTF8.self) != nil else { throw S3Error(.malformedXML) }
        if let version = object.versionID, version != "null" { throw S3Error(.noSuchVersion) }
        guard object.etag == nil else { throw .notImplemented(header: "ETag") }
        let versioned = VersionedPath(object.key)
        guard versioned.hasPath else { return nil }
        let (_, path) = try versioned.writeTarget()
        try authorize(exchange, exchange.operation.permission(repository, path))
        return (versioned.reference, path)
    }

    /// - Returns: the errors by path.
    /// - Throws: where the repository does not exist or index does not answer, so that the client repeats the whole request.
    private func delete(
        _ paths: [ObjectKey], _ repository: RepositoryName, _ reference: String, _ exchange: S3Exchange
    ) async throws(S3Error) -> [String: S3Error] {
        func all(_ error: S3Error) -> [String: S3Error] {
            Dictionary(paths.map { ($0.string, error) }, uniquingKeysWith: { first, _ in first })
        }
        guard let branch = try? BranchName(reference) else {
            return all(await explainMissingBranch(reference, repository, exchange))
        }
        let request = DeleteObjects.Request(repository: repository, branch: branch, paths: paths.map(\.string))
        do throws(RPCError) {
            let outcome = try await index.call(DeleteObjects.self, request, exchange.context(limits.callTimeout))
            return Dictionary(
                outcome.errors.map { failure in
                    let code = RPCError.Code(rawValue: failure.code) ?? .internal
                    return (failure.path, S3Error(RPCError(code, subject: "object", failure.message)))
                }, uniquingKeysWith: { first, _ in first })
        } catch {
            let refusal = await refusal(error, repository, reference, exchange)
            guard refusal.code.status < 500, error.subject != "repository" else { throw refusal }
            return all(refusal)
        }
    }

    /// The document that a request brings along.
    ///
    /// - Throws: `MaxMessageLengthExceeded`, and what is wrong with the content.
    func document(_ exchange: S3Exchange, maxBytes: Int) async throws(S3Error) -> [UInt8] {
        let announced = exchange.request.contentLength ?? Int64(maxBytes)
        guard announced <= Int64(maxBytes) else { throw S3Error(.maxMessageLengthExceeded) }
        try slots.reserve(documentBytes: Int(announced))
        defer { slots.release(documentBytes: Int(announced)) }
        let claim = try ContentClaim(exchange.fields, exchange.head)
        var reader = try ContentReader(exchange, claim)
        let bytes = try await reader.collect(maxBytes: maxBytes)
        var digests = ContentDigests(claim.algorithm)
        digests.update(bytes)
        _ = try reader.finish(digests)
        return Array(bytes.readableBytesView)
    }
}
