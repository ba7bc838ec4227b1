import NIOCore
import ObjectStore
import ServiceKit

extension GatewayHandler {
    /// Brings a request's content into the store, hashed and checked on the way.
    ///
    /// - Parameters:
    ///   - length: of the content, in bytes, as announced.
    ///   - put: hands the content to the store, which keeps nothing of it where the body throws.
    /// - Throws: what is wrong with the content, or with the store.
    func receive<Receipt>(
        _ exchange: S3Exchange, length: Int64, _ claim: ContentClaim,
        put: (ObjectBody) async throws(ObjectStoreError) -> Receipt
    ) async throws(S3Error) -> (content: ReceivedContent, receipt: Receipt) {
        try slots.enter()
        defer { slots.leave() }
        var reader = try ContentReader(exchange, claim)
        if length <= limits.inlineContentBytes {
            let bytes = try await reader.collect(maxBytes: Int(length))
            var digests = ContentDigests(claim.algorithm)
            digests.update(bytes)
            let content = try reader.finish(digests)
            return (content, try await keep(ObjectBody(bytes), exchange, put))
        }
        let lane = DigestLane(
            ContentDigests(claim.algorithm), on: digests, maxQueuedBytes: limits.maxUndigestedBytes)
        let allocator = exchange.request.allocator
        let pieceBytes = limits.pieceBytes
        var content: ReceivedContent?
        let body = ObjectBody(length: length) {
            if let piece = try await reader.gather(pieceBytes, allocator) {
                await lane.add(piece)
                return piece
            }
            // The store asks once more behind the last byte, before it makes the object: here, all is checked.
            content = try reader.finish(await lane.finish())
            return nil
        }
        let receipt = try await keep(body, exchange, put)
        guard let content else { throw S3Error(.internalError) }
        return (content, receipt)
    }

    func keep<Receipt>(
        _ body: ObjectBody, _ exchange: S3Exchange, _ put: (ObjectBody) async throws(ObjectStoreError) -> Receipt
    ) async throws(S3Error) -> Receipt {
        do throws(ObjectStoreError) {
            return try await put(body)
        } catch {
            let failure = S3Error(error)
            if failure.code.status >= 500 { log(error, "content cannot be stored", exchange) }
            throw failure
        }
    }
}
