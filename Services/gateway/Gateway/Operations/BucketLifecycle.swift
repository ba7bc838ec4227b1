import Domain
import NIOCore
import NIOHTTP1
import Wire

extension GatewayHandler {
    /// CreateBucket: a repository below the namespaces that are configured for those made here.
    func createBucket(_ exchange: S3Exchange) async throws(S3Error) {
        do throws(S3Error) {
            _ = try await bucket(exchange)
        } catch {
            guard error.code == .noSuchBucket else { throw error }
            return try await makeRepository(exchange)
        }
        throw S3Error(.bucketAlreadyOwnedByYou, details: [("BucketName", exchange.bucket)])
    }

    /// The branch that a new bucket has.
    private static let firstBranch = "main"

    private func makeRepository(_ exchange: S3Exchange) async throws(S3Error) {
        let name = try exchange.repository()
        guard let namespaces = newNamespaces else {
            throw S3Error(
                .notImplemented,
                "Buckets are repositories, made through the API; the gateway makes none without TARN_DEFAULT_NAMESPACE")
        }
        switch exchange.fields[.acl] {
        case nil, "private", "bucket-owner-full-control": break
        default: throw S3Error(.invalidBucketACL)
        }
        if exchange.fields.headers.first(name: "x-amz-bucket-object-lock-enabled")?.lowercased() == "true" {
            throw .notImplemented(header: "x-amz-bucket-object-lock-enabled")
        }
        let wanted = try CreateBucketDocument(try await document(exchange, maxBytes: CreateBucketDocument.maxBytes))
        if let location = wanted.location, location != region {
            throw S3Error(.invalidLocationConstraint, details: [("LocationConstraint", location)])
        }
        guard let namespace = try? namespaces.fresh(name), let branch = try? BranchName(Self.firstBranch) else {
            throw S3Error(.invalidBucketName, details: [("BucketName", exchange.bucket)])
        }
        do throws(RPCError) {
            let request = CreateRepository.Request(name: name, storageNamespace: namespace, defaultBranch: branch)
            _ = try await index.call(CreateRepository.self, request, exchange.context(limits.longCallTimeout))
        } catch {
            switch (error.code, error.subject) {
            case (.alreadyExists, "repository"):
                throw S3Error(.bucketAlreadyOwnedByYou, details: [("BucketName", exchange.bucket)])
            default: throw S3Error(error)
            }
        }
        exchange.send(.ok, ["Location": "/\(name.string)"], ByteBuffer())
    }

    /// DeleteBucket: only of a repository that shows no object and has no history, as index decides when it deletes it.
    ///
    /// Commits are what versions are to S3, which deletes no bucket that still has some.
    func deleteBucket(_ exchange: S3Exchange) async throws(S3Error) {
        let repository = try await bucket(exchange)
        do throws(RPCError) {
            let request = DeleteRepository.Request(name: repository.name, onlyIfEmpty: true)
            _ = try await index.call(DeleteRepository.self, request, exchange.context(limits.longCallTimeout))
        } catch {
            guard error.code == .preconditionFailed else { throw S3Error(error) }
            throw S3Error(
                .bucketNotEmpty,
                error.subject == "history"
                    ? "The bucket is a repository with commits or tags, which is deleted through the API" : nil,
                details: [("BucketName", exchange.bucket)])
        }
        targets.forget(repository.name)
        exchange.send(.noContent)
    }
}
