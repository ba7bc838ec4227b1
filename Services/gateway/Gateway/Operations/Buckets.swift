import Domain
import NIOHTTP1
import Wire

extension GatewayHandler {
    /// The greatest number of buckets of one answer (S3: ListBuckets).
    private static let maxBuckets = 10_000

    func listBuckets(_ exchange: S3Exchange) async throws(S3Error) {
        try authorize(exchange, exchange.operation.permission(nil))
        let prefix = try exchange.query.value("prefix")
        let amount = try exchange.query.number("max-buckets")
        if let amount, !(1...Self.maxBuckets).contains(amount) {
            throw .invalidArgument("max-buckets must be from 1 to \(Self.maxBuckets)", name: "max-buckets")
        }
        var range = ListRange(prefix: prefix ?? "")
        if let token = try exchange.query.value("continuation-token") {
            range.after = String(decoding: try ContinuationToken.decode(token), as: UTF8.self)
        }
        var repositories: [Repository] = []
        // All of them are in the one region that this is.
        var hasMore = try exchange.query.value("bucket-region").map { $0 == region } ?? true
        while hasMore, repositories.count < amount ?? .max {
            range.amount = min(1_000, (amount ?? .max) - repositories.count)
            let page = try await call(ListRepositories.self, ListRepositories.Request(range: range), exchange)
            repositories += page.results
            hasMore = page.hasMore && !page.results.isEmpty
            range.after = page.results.last?.name.string ?? ""
        }
        exchange.send(
            xml: BucketAnswers.buckets(
                repositories, region: region, prefix: prefix,
                continuationToken: hasMore ? ContinuationToken.encode(Array(range.after.utf8)) : nil))
    }

    func headBucket(_ exchange: S3Exchange) async throws(S3Error) {
        _ = try await bucket(exchange)
        exchange.send(.ok, ["x-amz-bucket-region": region])
    }

    func getBucketLocation(_ exchange: S3Exchange) async throws(S3Error) {
        _ = try await bucket(exchange)
        exchange.send(xml: BucketAnswers.location(region: region))
    }

    /// The repository that a request about a bucket names.
    ///
    /// - Throws: `NoSuchBucket`, `InvalidBucketName`, `AccessDenied`.
    func bucket(_ exchange: S3Exchange) async throws(S3Error) -> Repository {
        let name = try exchange.repository()
        try authorize(exchange, exchange.operation.permission(name))
        return try await call(GetRepository.self, GetRepository.Request(name: name), exchange)
    }
}
