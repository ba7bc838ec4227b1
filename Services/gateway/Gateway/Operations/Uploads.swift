import Cryptography
import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Signatures
import Wire

extension GatewayHandler {
    func createMultipartUpload(_ exchange: S3Exchange) async throws(S3Error) {
        let destination = try destination(exchange)
        let metadata = try ObjectMetadata(exchange.fields)
        let checksum = try UploadChecksum(exchange.fields)
        let branch = try await branch(destination, exchange)
        let target = try await writeTarget(destination.repository, branch, isChecked: true, exchange)
        let path = AddressMaker.make(at: clock.milliseconds())
        let address = try address(.relative(path), in: target.storageNamespace)
        let begun = try await inStore(exchange, "an upload cannot be begun") { () throws(ObjectStoreError) in
            try await store.createUpload(address)
        }
        let request = CreateUpload.Request(
            repository: destination.repository, repositoryID: target.repositoryID, branch: branch,
            path: destination.path, physicalAddress: path, storeUploadID: begun.string,
            contentType: metadata.contentType, userMetadata: metadata.userMetadata,
            attributes: metadata.attributes.merging(checksum?.attributes ?? [:]) { _, new in new })
        do throws(RPCError) {
            let upload = try await index.call(CreateUpload.self, request, exchange.context(limits.callTimeout))
            var headers = HTTPHeaders()
            for (name, value) in checksum?.attributes ?? [:] { headers.add(name: name, value: value) }
            exchange.send(
                .ok, headers,
                xml: UploadAnswers.created(bucket: exchange.bucket, key: exchange.key, uploadID: upload.id))
        } catch { throw await refusal(error, destination, exchange) }
    }

    func uploadPart(_ exchange: S3Exchange) async throws(S3Error) {
        let number = try Self.partNumber(exchange)
        let length = try UploadSize.announced(exchange.fields)
        let upload = try await upload(exchange)
        let wanted = UploadChecksum(attributes: upload.attributes)?.algorithm
        let claim = try ContentClaim(exchange.fields, exchange.head, wanted: wanted)
        let address = try address(.relative(upload.physicalAddress), in: upload.storageNamespace)
        let (content, stored) = try await receive(exchange, length: length, claim) { body throws(ObjectStoreError) in
            try await store.putPart(UploadID(upload.storeUploadID), of: address, number: number, body: body)
        }
        var part = UploadPart(
            number: number, size: stored.size, etag: content.etag, storeETag: stored.receipt,
            modified: clock.milliseconds())
        var headers: HTTPHeaders = ["ETag": "\"\(content.etag)\""]
        if let (algorithm, value) = content.checksum {
            part.checksums[algorithm.headerName] = value
            headers.add(name: algorithm.headerName, value: value)
        }
        try await record(part, of: upload, exchange)
        exchange.send(.ok, headers, ByteBuffer())
    }

    func uploadPartCopy(_ exchange: S3Exchange) async throws(S3Error) {
        let number = try Self.partNumber(exchange)
        let requested = try exchange.fields[.copySourceRange].map { header throws(S3Error) in
            try ByteRange(copySourceRange: header)
        }
        let upload = try await upload(exchange)
        let source = try await copySource(exchange)
        let entry = source.located.entry
        var bounds: Range<Int64>?
        if let requested {
            guard case .from(_, let last) = requested, last < entry.size, let range = requested.bounds(size: entry.size)
            else {
                throw S3Error(
                    .invalidRange, "The requested range is not valid for the source of size: \(entry.size)")
            }
            bounds = range == 0..<entry.size ? nil : range
        }
        guard bounds.map({ $0.upperBound - $0.lowerBound }) ?? entry.size <= UploadSize.maxSinglePutBytes else {
            throw .copySourceTooLarge
        }
        let from = try address(entry.address, in: source.located.storageNamespace)
        let to = try address(.relative(upload.physicalAddress), in: upload.storageNamespace)
        let stored = try await inStore(exchange, "a part cannot be copied") { () throws(ObjectStoreError) in
            try await store.copyPart(
                UploadID(upload.storeUploadID), of: to, number: number, from: from, range: bounds)
        }
        var part = UploadPart(
            number: number, size: stored.size, etag: CopiedPart.etag(of: entry, bounds), storeETag: stored.receipt,
            modified: clock.milliseconds())
        var elements: [(name: String, value: String)] = []
        if let algorithm = UploadChecksum(attributes: upload.attributes)?.algorithm {
            let digests = try await digests(of: source.located, bounds, algorithm, exchange)
            part.etag = digests.md5.finalize().hex
            if let value = digests.checksum?.base64 {
                part.checksums[algorithm.headerName] = value
                elements = [(algorithm.elementName, value)]
            }
        }
        try await record(part, of: upload, exchange)
        exchange.send(
            xml: WriteAnswers.copy("CopyPartResult", etag: part.etag, modified: part.modified, checksums: elements))
    }

    func abortMultipartUpload(_ exchange: S3Exchange) async throws(S3Error) {
        let upload = try await upload(exchange)
        let request = AbortUpload.Request(repository: upload.repository, uploadID: upload.id)
        _ = try await call(AbortUpload.self, request, exchange)
        do throws(ObjectStoreError) {
            let address = try ObjectAddress(.relative(upload.physicalAddress), in: upload.storageNamespace)
            try await store.abortUpload(UploadID(upload.storeUploadID), of: address)
        } catch {
            // Index has forgotten it; clean-up takes what is left in the store.
            log(error, "the parts of an aborted upload stay", exchange)
        }
        exchange.send(.noContent)
    }

    func listParts(_ exchange: S3Exchange) async throws(S3Error) {
        let request = try UploadAnswers.PartsRequest(exchange.query)
        let upload = try await upload(exchange)
        var listed = Listed<UploadPart>(results: [], hasMore: false)
        if request.maxParts > 0 {
            listed = try await call(
                ListUploadParts.self,
                ListUploadParts.Request(
                    repository: upload.repository, uploadID: upload.id, after: request.marker,
                    amount: request.maxParts),
                exchange)
        }
        exchange.send(
            xml: UploadAnswers.parts(
                request, bucket: exchange.bucket, key: exchange.key, upload: upload, listed.results,
                hasMore: listed.hasMore))
    }

    // MARK: What they share

    /// The upload that a request names, which must be of the request's key.
    ///
    /// - Throws: `NoSuchUpload`.
    func upload(_ exchange: S3Exchange) async throws(S3Error) -> Upload {
        let destination = try destination(exchange)
        guard let id = try exchange.query.value("uploadId"), !id.isEmpty else { throw S3Error(.noSuchUpload) }
        let upload = try await call(
            GetUpload.self, GetUpload.Request(repository: destination.repository, uploadID: id), exchange)
        guard upload.branch == destination.branch, upload.path == destination.path else {
            throw S3Error(.noSuchUpload)
        }
        return upload
    }

    private func record(_ part: UploadPart, of upload: Upload, _ exchange: S3Exchange) async throws(S3Error) {
        let request = PutUploadPart.Request(repository: upload.repository, uploadID: upload.id, part: part)
        _ = try await call(PutUploadPart.self, request, exchange)
    }

    private static func partNumber(_ exchange: S3Exchange) throws(S3Error) -> Int {
        guard let number = try exchange.query.partNumber() else {
            throw .invalidArgument("This operation needs the number of a part", name: "partNumber")
        }
        return number
    }

    func inStore<Result>(
        _ exchange: S3Exchange, _ failure: String, _ body: () async throws(ObjectStoreError) -> Result
    ) async throws(S3Error) -> Result {
        do throws(ObjectStoreError) {
            return try await body()
        } catch {
            log(error, failure, exchange)
            throw S3Error(error)
        }
    }
}
