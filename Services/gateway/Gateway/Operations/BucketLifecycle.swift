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

    /// DeleteBucket: only of a repository that shows no object and has no history.
    ///
    /// Commits are what versions are to S3, which deletes no bucket that still has some.
    func deleteBucket(_ exchange: S3Exchange) async throws(S3Error) {
        let repository = try await bucket(exchange)
        try await checkEmpty(repository, exchange)
        let request = DeleteRepository.Request(name: repository.name)
        _ = try await call(DeleteRepository.self, request, exchange, timeout: limits.longCallTimeout)
        targets.forget(repository.name)
        exchange.send(.noContent)
    }

    /// - Throws: `BucketNotEmpty` where there is a tag, a commit after the first, or an object on any branch.
    private func checkEmpty(_ repository: Repository, _ exchange: S3Exchange) async throws(S3Error) {
        let notEmpty = S3Error(.bucketNotEmpty, details: [("BucketName", exchange.bucket)])
        let history = S3Error(
            .bucketNotEmpty,
            "The bucket is a repository with commits or tags, which is deleted through the API",
            details: [("BucketName", exchange.bucket)])
        let tags = try await call(
            ListTags.self, ListTags.Request(repository: repository.name, range: ListRange(amount: 1)), exchange)
        guard tags.results.isEmpty else { throw history }
        let uploads = try await call(
            ListUploads.self, ListUploads.Request(repository: repository.name, branch: nil, amount: 1), exchange)
        guard uploads.results.isEmpty else { throw notEmpty }
        var first: CommitID?
        var range = ListRange(amount: 1_000)
        while true {
            let page = try await call(
                ListBranches.self, ListBranches.Request(repository: repository.name, range: range, showsHidden: true),
                exchange)
            for branch in page.results {
                let reference = RefExpression(branch: branch.name)
                if first == nil {
                    let commit = try await call(
                        GetCommit.self, GetCommit.Request(repository: repository.name, reference: reference), exchange)
                    guard commit.parents.isEmpty else { throw history }
                    first = branch.commitID
                }
                guard branch.commitID == first else { throw history }
                let listing = try await call(
                    ListObjects.self,
                    ListObjects.Request(
                        repository: repository.name, reference: reference, range: ListRange(amount: 1), delimiter: ""),
                    exchange)
                guard listing.rows.isEmpty else { throw notEmpty }
            }
            guard page.hasMore, let last = page.results.last else { return }
            range.after = last.name.string
        }
    }
}
