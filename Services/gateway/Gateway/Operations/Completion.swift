import Domain
import NIOHTTP1
import ObjectStore
import ServiceKit
import Signatures
import Wire

extension GatewayHandler {
    /// CompleteMultipartUpload: index records what is to be joined, the store joins it, index stages the object.
    ///
    /// A crash or a repeated request at any point goes on where it ended, with the same answer and one entry.
    func completeMultipartUpload(_ exchange: S3Exchange) async throws(S3Error) {
        let destination = try destination(exchange)
        guard let id = try exchange.query.value("uploadId"), !id.isEmpty else { throw S3Error(.noSuchUpload) }
        let condition = try WriteCondition(exchange.fields)
        let claim = try CompletionClaim(exchange.fields)
        let document = try await document(exchange, maxBytes: CompleteDocument.maxBytes, isOfObject: true)
        let named = try CompleteDocument(document).parts
        try await check(named, claim, destination, id, exchange)
        let request = BeginCompleteUpload.Request(
            repository: destination.repository, uploadID: id, path: destination.path,
            parts: named.map { CompletedPart(number: $0.number, etag: $0.etag) })
        let completion = try await call(
            BeginCompleteUpload.self, request, exchange, timeout: limits.longCallTimeout)
        guard completion.upload.branch == destination.branch else { throw S3Error(.noSuchUpload) }
        let entry: Entry
        switch completion.state {
        case .completed(let before): entry = before
        case .completing(let parts):
            entry = try await complete(completion.upload, parts, condition, destination, exchange)
        }
        exchange.send(
            xml: UploadAnswers.completed(
                location: location(exchange), bucket: exchange.bucket, key: exchange.key, etag: entry.checksum,
                attributes: entry.attributes))
    }

    /// Finds what is wrong with the parts before index records the choice, so that the client may choose again.
    private func check(
        _ named: [CompleteDocument.Part], _ claim: CompletionClaim, _ destination: Destination, _ id: String,
        _ exchange: S3Exchange
    ) async throws(S3Error) {
        let request = ListUploadParts.Request(
            repository: destination.repository, uploadID: id, amount: CompleteDocument.maxParts)
        let uploaded: [UploadPart]
        var checksum: UploadChecksum?
        do throws(RPCError) {
            if !claim.isEmpty {
                let upload = try await index.call(
                    GetUpload.self, GetUpload.Request(repository: destination.repository, uploadID: id),
                    exchange.context(limits.callTimeout))
                checksum = UploadChecksum(attributes: upload.attributes)
            }
            uploaded = try await index.call(
                ListUploadParts.self, request, exchange.context(limits.longCallTimeout)
            ).results
        } catch {
            // Perhaps it was completed before: the next call knows.
            if error.code == .notFound, error.subject == "upload" { return }
            throw S3Error(error)
        }
        if uploaded.isEmpty { return }
        try claim.check(try UploadPlan(named, uploaded: uploaded, checksum: checksum), checksum)
    }

    private func complete(
        _ upload: Upload, _ parts: [UploadPart], _ condition: WriteCondition, _ destination: Destination,
        _ exchange: S3Exchange
    ) async throws(S3Error) -> Entry {
        let plan = try UploadPlan(parts, checksum: UploadChecksum(attributes: upload.attributes))
        let address = try address(.relative(upload.physicalAddress), in: upload.storageNamespace)
        let info = try await inStore(exchange, "an upload cannot be completed") { () throws(ObjectStoreError) in
            try await store.completeUpload(
                UploadID(upload.storeUploadID), of: address,
                parts: parts.map { UploadedPart(number: $0.number, size: $0.size, receipt: $0.storeETag) })
        }
        guard info.size == plan.size else {
            log(ObjectStoreError(.corrupt, "the joined object has another length"), "an upload is not whole", exchange)
            throw S3Error(.internalError)
        }
        var attributes = upload.attributes.filter { !StoredChecksum.isChecksum($0.key) }
        attributes.merge(plan.checksumAttributes) { _, new in new }
        attributes[ObjectParts.attribute] = plan.partsAttribute
        let entry = Entry(
            address: .relative(upload.physicalAddress), size: plan.size, checksum: plan.etag,
            modified: clock.milliseconds(), contentType: upload.contentType, userMetadata: upload.userMetadata,
            attributes: attributes)
        let request = FinishUpload.Request(
            repository: upload.repository, uploadID: upload.id, entry: entry, condition: condition)
        do throws(RPCError) {
            _ = try await index.call(FinishUpload.self, request, exchange.context(limits.longCallTimeout))
        } catch { throw await refusal(error, destination, exchange).naming(condition) }
        return entry
    }

    /// The object's URL as this client would write it.
    private func location(_ exchange: S3Exchange) -> String {
        let scheme = exchange.request.isTLS ? "https" : "http"
        return "\(scheme)://\(exchange.fields[.host] ?? "")\(exchange.head.path)"
    }
}
