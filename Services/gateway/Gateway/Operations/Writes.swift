import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Signatures
import Wire

extension GatewayHandler {
    /// PutObject: the bytes go to a fresh address, then the entry is staged; the client hears success only after both.
    func putObject(_ exchange: S3Exchange) async throws(S3Error) {
        if try Self.isBranchFolder(exchange) { return try await putBranchFolder(exchange) }
        let destination = try destination(exchange)
        let metadata = try ObjectMetadata(exchange.fields)
        let condition = try WriteCondition(exchange.fields)
        let length = try UploadSize.announced(exchange.fields)
        let claim = try ContentClaim(exchange.fields, exchange.head)
        let branch = try await branch(destination, exchange)
        let target = try await writeTarget(
            destination.repository, branch, isChecked: length >= limits.earlyCheckBytes, exchange)
        let path = AddressMaker.make(at: clock.milliseconds())
        let address = try address(.relative(path), in: target.storageNamespace)
        let (content, _) = try await receive(exchange, length: length, claim) { body throws(ObjectStoreError) in
            try await store.put(address, body: body)
        }
        var attributes = metadata.attributes
        if let (algorithm, value) = content.checksum {
            attributes.merge(StoredChecksum.attributes(algorithm, value)) { _, new in new }
        }
        let entry = Entry(
            address: .relative(path), size: length, checksum: content.etag, modified: clock.milliseconds(),
            contentType: metadata.contentType, userMetadata: metadata.userMetadata, attributes: attributes)
        try await stage(entry, destination, branch, target, condition, exchange)
        var headers: HTTPHeaders = ["ETag": "\"\(content.etag)\""]
        if let (algorithm, value) = content.checksum {
            headers.add(name: algorithm.headerName, value: value)
            headers.add(name: StoredChecksum.typeAttribute, value: StoredChecksum.fullObject)
        }
        exchange.send(.ok, headers, ByteBuffer())
    }

    func deleteObject(_ exchange: S3Exchange) async throws(S3Error) {
        try checkVersion(exchange)
        guard VersionedPath(exchange.key).hasPath else {
            // No object can have this key, and deleting what is not there is a success.
            _ = try exchange.repository()
            return exchange.send(.noContent)
        }
        let destination = try destination(exchange)
        let condition = try DeletionCondition(exchange.fields)
        let branch = try await branch(destination, exchange)
        try await delete(destination.path, destination.repository, branch, condition, exchange)
        exchange.send(.noContent)
    }

    // MARK: What writes share

    /// Where a request writes to.
    struct Destination {
        let repository: RepositoryName
        let reference: String
        /// Nil where the reference cannot be a branch.
        let branch: BranchName?
        let path: ObjectKey
    }

    /// - Throws: `InvalidArgument`, `MethodNotAllowed`, `KeyTooLongError`, `InvalidBucketName`, `AccessDenied`.
    func destination(_ exchange: S3Exchange) throws(S3Error) -> Destination {
        let versioned = VersionedPath(exchange.key)
        let repository = try exchange.repository()
        let (branch, path) = try versioned.writeTarget()
        try authorize(exchange, exchange.operation.permission(repository, path))
        return Destination(repository: repository, reference: versioned.reference, branch: branch, path: path)
    }

    /// - Throws: what tells why the reference is no branch.
    func branch(_ destination: Destination, _ exchange: S3Exchange) async throws(S3Error) -> BranchName {
        if let branch = destination.branch { return branch }
        throw await explainMissingBranch(destination.reference, destination.repository, exchange)
    }

    /// Where a repository's bytes go.
    ///
    /// - Parameter isChecked: whether the branch must be known to be writable.
    func writeTarget(
        _ repository: RepositoryName, _ branch: BranchName, isChecked: Bool, _ exchange: S3Exchange
    ) async throws(S3Error) -> WriteTarget {
        if !isChecked, let known = targets.known(repository) { return known }
        let request = GetWriteTarget.Request(repository: repository, branch: branch)
        do throws(RPCError) {
            let target = try await index.call(GetWriteTarget.self, request, exchange.context(limits.callTimeout))
            targets.remember(target, of: repository)
            return target
        } catch {
            throw await refusal(error, repository, branch.string, exchange)
        }
    }

    /// Stages an entry whose bytes are durable. They stay where this fails: whether they are staged may be unknown, and only
    /// collection knows.
    ///
    /// - Parameter isShared: whether the bytes are those of an entry that was there before.
    /// - Throws: `RequestTimeout` where the bytes have become so old that clean-up may be about to remove them.
    func stage(
        _ entry: Entry, _ destination: Destination, _ branch: BranchName, _ target: WriteTarget,
        _ condition: WriteCondition, isShared: Bool = false, _ exchange: S3Exchange
    ) async throws(S3Error) {
        let age = clock.milliseconds() - exchange.begun
        guard age <= (isShared ? limits.maxShareMilliseconds : limits.maxWriteMilliseconds) else {
            throw S3Error(.requestTimeout, "The request took longer than a write may.")
        }
        let request = StageObject.Request(
            repository: destination.repository, repositoryID: target.repositoryID, branch: branch,
            path: destination.path, entry: entry, condition: condition)
        do throws(RPCError) {
            _ = try await index.call(StageObject.self, request, exchange.context(limits.callTimeout))
        } catch { throw await refusal(error, destination, exchange).naming(condition) }
    }

    func refusal(_ error: RPCError, _ destination: Destination, _ exchange: S3Exchange) async -> S3Error {
        await refusal(error, destination.repository, destination.reference, exchange)
    }

    /// What a client is told whose write index refuses.
    func refusal(
        _ error: RPCError, _ repository: RepositoryName, _ reference: String, _ exchange: S3Exchange
    ) async -> S3Error {
        switch (error.code, error.subject) {
        case (.notFound, "repository"):
            targets.forget(repository)
            return S3Error(error)
        case (.notFound, "branch"): return await explainMissingBranch(reference, repository, exchange)
        case (.conflict, "repository"):
            // It was deleted and made again: the next attempt finds the new one.
            targets.forget(repository)
            return S3Error(.serviceUnavailable)
        default: return S3Error(error)
        }
    }

    /// Why a reference cannot be written to, though its name could be a branch's.
    func explainMissingBranch(
        _ reference: String, _ repository: RepositoryName, _ exchange: S3Exchange
    ) async -> S3Error {
        let missing = S3Error(.noSuchBucket, "The branch '\(reference)' does not exist")
        guard let expression = try? RefExpression(reference) else { return missing }
        do throws(RPCError) {
            let request = GetCommit.Request(repository: repository, reference: expression)
            _ = try await index.call(GetCommit.self, request, exchange.context(limits.callTimeout))
            return S3Error(.methodNotAllowed, "Only a branch can be written to, and '\(reference)' is none")
        } catch {
            switch (error.code, error.subject) {
            case (.notFound, "repository"): return S3Error(error)
            case (.notFound, _), (.invalidArgument, _): return missing
            default: return S3Error(error)
            }
        }
    }
}
