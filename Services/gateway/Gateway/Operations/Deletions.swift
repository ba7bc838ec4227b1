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
                guard let (reference, path) = try target(object, repository, exchange) else { continue }
                if let etag = object.etag {
                    try await delete(path, repository, reference, DeletionCondition(etag: etag), exchange)
                } else {
                    byReference[reference, default: []].append((index, path))
                }
            } catch {
                guard error.code.status < 500 || error.code == .notImplemented else { throw error }
                errors[index] = error
            }
        }
        for (reference, paths) in byReference.sorted(by: { $0.key < $1.key }) {
            let failed = try await delete(paths.map(\.path), repository, reference, exchange)
            for (index, path) in paths {
                if let error = failed[path.string] { errors[index] = error }
            }
        }
        let deletions = document.objects.enumerated().map { index, object in
            WriteAnswers.Deletion(key: object.key, versionID: object.versionID, error: errors[index])
        }
        exchange.send(xml: WriteAnswers.deletions(deletions, isQuiet: document.isQuiet))
    }

    /// What to delete for one object of the list; nil where there can be nothing.
    private func target(
        _ object: DeleteDocument.Object, _ repository: RepositoryName, _ exchange: S3Exchange
    ) throws(S3Error) -> (reference: String, path: ObjectKey)? {
        guard String(validating: object.key, as: UTF8.self) != nil else { throw S3Error(.malformedXML) }
        if let version = object.versionID, version != "null" { throw S3Error(.noSuchVersion) }
        guard !object.hasOtherCondition else {
            throw S3Error(.notImplemented, "Of the conditions of a deletion, only ETag is implemented")
        }
        let versioned = VersionedPath(object.key)
        guard versioned.hasPath else { return nil }
        let (_, path) = try versioned.writeTarget()
        try authorize(exchange, exchange.operation.permission(repository, path))
        return (versioned.reference, path)
    }

    /// Deletes one object that must be as `condition` says, atomically.
    ///
    /// - Throws: `PreconditionFailed`; `NoSuchKey` where there is none.
    func delete(
        _ path: ObjectKey, _ repository: RepositoryName, _ branch: BranchName, _ condition: DeletionCondition,
        _ exchange: S3Exchange
    ) async throws(S3Error) {
        var request = StageObject.Request(
            repository: repository, repositoryID: nil, branch: branch, path: path, entry: nil)
        switch condition {
        case .none: break
        case .ifMatch(let etag): request.condition = .ifMatch(etag)
        case .exists:
            // Whichever object it is by then: it exists.
            let shown = GetObject.Request(
                repository: repository, reference: try Self.reference(to: branch), path: path)
            let entry = try await call(GetObject.self, shown, exchange).entry
            request.condition = .ifMatch(entry.checksum)
        }
        do throws(RPCError) {
            _ = try await index.call(StageObject.self, request, exchange.context(limits.callTimeout))
        } catch {
            if condition == .exists, error.code == .preconditionFailed {
                // Replaced meanwhile: look again.
                return try await delete(path, repository, branch, condition, exchange)
            }
            throw await refusal(error, repository, branch.string, exchange)
        }
    }

    private func delete(
        _ path: ObjectKey, _ repository: RepositoryName, _ reference: String, _ condition: DeletionCondition,
        _ exchange: S3Exchange
    ) async throws(S3Error) {
        guard let branch = try? BranchName(reference) else {
            throw await explainMissingBranch(reference, repository, exchange)
        }
        try await delete(path, repository, branch, condition, exchange)
    }

    static func reference(to branch: BranchName) throws(S3Error) -> RefExpression {
        do { return try RefExpression(branch.string) } catch { throw S3Error(.noSuchKey) }
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
    ///
    /// - Parameter isOfObject: whether the checksum among the headers is the object's and not the document's.
    func document(
        _ exchange: S3Exchange, maxBytes: Int, isOfObject: Bool = false
    ) async throws(S3Error) -> [UInt8] {
        let announced = exchange.request.contentLength ?? Int64(maxBytes)
        guard announced <= Int64(maxBytes) else { throw S3Error(.maxMessageLengthExceeded) }
        try slots.reserve(documentBytes: Int(announced))
        defer { slots.release(documentBytes: Int(announced)) }
        let claim =
            isOfObject ? try ContentClaim(md5Of: exchange.fields) : try ContentClaim(exchange.fields, exchange.head)
        var reader = try ContentReader(exchange, claim)
        let bytes = try await reader.collect(maxBytes: maxBytes)
        var digests = ContentDigests(claim.algorithm)
        digests.update(bytes)
        _ = try reader.finish(digests)
        return Array(bytes.readableBytesView)
    }
}
