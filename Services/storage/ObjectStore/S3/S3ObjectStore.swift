import Curl
package import Domain
import Glibc
import NIOCore
import Signatures

/// Objects in an S3 service, by its protocol: `s3://bucket/key`.
///
/// Bodies in memory are sent again after a failure that passes, and so is every call without a body. A stream is sent once.
package final class S3ObjectStore: ObjectStore {
    /// Streams up to this size are gathered and sent from memory, so that they can be sent again.
    static let maxGatheredBytes: Int64 = 1_048_576
    /// Known lengths above this go up in parts of `streamedPartBytes`.
    static let maxSinglePutBytes: Int64 = 67_108_864
    static let streamedPartBytes: Int64 = 67_108_864
    /// A body of unknown length goes up in parts of this size, each gathered in memory first.
    static let gatheredPartBytes: Int64 = 16_777_216
    /// The largest object that one call copies (S3: CopyObject).
    static let maxSingleCopyBytes: Int64 = 5_368_709_120
    static let copyPartBytes: Int64 = 1_073_741_824
    /// Copying and joining happen inside the store, which says nothing meanwhile.
    static let longIdleMilliseconds = 300_000

    let client: S3Client
    private let presignedEndpoint: S3Endpoint

    /// - Throws: `misconfigured` for an endpoint that is none.
    package init(_ configuration: S3StoreConfiguration) throws(ObjectStoreError) {
        let endpoint = try S3Endpoint(configuration)
        var asClientsSeeIt = configuration
        asClientsSeeIt.endpoint = configuration.presignedEndpoint ?? configuration.endpoint
        presignedEndpoint = try S3Endpoint(asClientsSeeIt)
        let signer = RequestSigner(
            credentials: SigningCredentials(
                accessKeyID: configuration.accessKey, secretAccessKey: configuration.secretKey),
            region: configuration.region)
        var limits = CurlConfiguration()
        limits.authorities = configuration.authorities
        let engine: CurlEngine
        do { engine = try CurlEngine(limits) } catch { throw ObjectStoreError(error, "start the store's client") }
        client = S3Client(endpoint: endpoint, signer: signer, engine: engine, timeouts: configuration.timeouts)
    }

    package var scheme: StorageNamespace.Scheme { .s3 }

    package func head(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        let response = try await client.send(try call(.head, "look at an object", address))
        defer { response.cancel() }
        return try ObjectInfo(response.head, size: nil)
    }

    /// What an S3 store has answered for is durable.
    package func settle(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        try await head(address)
    }

    package func publish(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        throw ObjectStoreError(.unsupported, "clients write to an S3 store themselves")
    }

    package func delete(_ address: ObjectAddress) async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            try await client.send(try call(.delete, "remove an object", address)).cancel()
        } catch  where error.code == .notFound {}
    }

    package func copy(from source: ObjectAddress, to target: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo
    {
        let size = try await head(source).size
        guard size <= Self.maxSingleCopyBytes else { return try await copyInParts(source, size, to: target) }
        var call = try call(.put, "copy an object", target)
        call.headers = [("x-amz-copy-source", try copySource(source))]
        call.idleMilliseconds = Self.longIdleMilliseconds
        let result = try await client.document(call)
        return ObjectInfo(size: size, modified: Self.now, etag: ObjectInfo.unquote(result.text("ETag") ?? ""))
    }

    package func presign(
        _ method: PresignedMethod, _ address: ObjectAddress, validSeconds: Int
    ) async throws(ObjectStoreError) -> String? {
        try require(address)
        var query: [(name: String, value: String)] = []
        if case .putPart(let upload, let number) = method {
            query = [("partNumber", "\(number)"), ("uploadId", upload.string)]
        }
        let (host, target) = presignedEndpoint.locate(bucket: address.bucket, key: address.key, query: query)
        let head = RequestHead(method: method == .get ? "GET" : "PUT", target: target, fields: [("host", host)])
        do {
            let time = SigningTime(unixSeconds: Int64(time(nil)))
            let signed = try client.signer.presign(head, seconds: Int64(validSeconds), at: time)
            return "\(presignedEndpoint.scheme)://\(host)\(signed)"
        } catch {
            throw ObjectStoreError(.failed, "the URL cannot be signed", cause: error)
        }
    }

    package func checkHealth() async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            try await client.sendOnce(
                S3Client.Call(method: .get, action: "reach the store"), body: .none, payload: .empty
            ).cancel()
        } catch  where error.code == .denied || error.code == .unsupported || error.code == .notFound {
            // A key that is good for some buckets only may not list them all.
        }
    }

    package func shutDown() async { await client.engine.shutDown() }

    static var now: Int64 { Int64(time(nil)) * 1_000 }

    func require(_ address: ObjectAddress) throws(ObjectStoreError) {
        guard address.scheme == .s3 else { throw Self.foreign }
    }

    func call(
        _ method: CurlRequest.Method, _ action: String, _ address: ObjectAddress,
        query: [(name: String, value: String)] = []
    ) throws(ObjectStoreError) -> S3Client.Call {
        try require(address)
        return S3Client.Call(method: method, action: action, bucket: address.bucket, key: address.key, query: query)
    }

    func copySource(_ source: ObjectAddress) throws(ObjectStoreError) -> String {
        try require(source)
        return PercentEncoding.encode("\(source.bucket)/\(source.key)".utf8, keepingSlash: true)
    }

    static var foreign: ObjectStoreError {
        ObjectStoreError(.invalidAddress, "this process has an S3 store, which serves s3:// only")
    }
}
