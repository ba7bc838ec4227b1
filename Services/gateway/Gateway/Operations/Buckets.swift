import Domain
import NIOHTTP1
import Wire

extension GatewayHandler {
    /// The greatest number of buckets of one answer (S3: ListBuckets), and of those looked at for one page.
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
        // All of them are in the one region that this is.
        let isHere = try exchange.query.value("bucket-region").map { $0 == region } ?? true
        range.amount = amount ?? .max - 1
        let page =
            !isHere
            ? VisibleRepositories()
            : try await VisibleRepositories.gather(
                range, lookingAt: amount == nil ? .max : Self.maxBuckets,
                isVisible: { allows(exchange, exchange.operation.permission($0.name)) },
                fetch: { range throws(S3Error) in
                    try await call(ListRepositories.self, ListRepositories.Request(range: range), exchange)
                })
        exchange.send(
            xml: BucketAnswers.buckets(
                page.results, region: region, prefix: prefix,
                continuationToken: page.next.map { ContinuationToken.encode(Array($0.utf8)) }))
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
