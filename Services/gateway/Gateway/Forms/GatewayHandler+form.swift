import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit
import Signatures
import Wire

/// PostObject: a browser's form, permitted by the policy it brings along, whose file becomes an object.
extension GatewayHandler {
    /// - Parameter bucket: as the client wrote it.
    func postObject(
        _ request: HTTPServerRequest, _ response: HTTPResponder, bucket: String, query: QueryItems,
        _ audited: inout AuditedExchange?
    ) async throws(S3Error) {
        guard let type = request.headers.first(name: "content-type"), let boundary = FormBoundary(contentType: type)
        else {
            throw S3Error(
                .preconditionFailed,
                details: [("Condition", "Bucket POST must be of the enclosure-type multipart/form-data")])
        }
        let body = request.body
        var reader = FormReader(boundary) { () async throws(S3Error) -> ByteBuffer? in
            do throws(HTTPStreamError) { return try await body.next() } catch { throw S3Error(error) }
        }
        let begun = clock.milliseconds()
        let form = try await PostForm(&reader)
        let caller = try await authenticator.authenticate(
            form, now: begun / 1_000,
            CallContext(
                principal: nil, traceParent: request.trace.child().traceParent,
                deadline: .now + limits.callTimeout, clientAddress: request.clientAddress))
        audited?.isBy(caller.principal)
        guard let text = form["policy"] else { throw S3Error(.accessDenied) }
        let policy = try PostPolicy(text)
        try policy.check(form, bucket: bucket, now: clock.milliseconds() / 1_000)
        let key = try form.key()
        let fields = RequestFields(form.objectHeaders)
        let exchange = S3Exchange(
            request: request, response: response, operation: .postObject, fields: fields, query: query,
            head: RequestHead(method: request.method.rawValue, target: request.target, fields: Array(fields.headers)),
            bucket: bucket, key: Array(key.utf8), caller: caller, begun: begun)
        let etag = try await keepFile(of: form, policy.lengths ?? 0...UploadSize.maxSinglePutBytes, &reader, exchange)
        answer(form, key: key, etag: etag, exchange)
    }

    /// Stores and stages the file. Returns its ETag, without quotes.
    private func keepFile(
        of form: PostForm, _ lengths: ClosedRange<Int64>, _ reader: inout FormReader, _ exchange: S3Exchange
    ) async throws(S3Error) -> String {
        let destination = try destination(exchange)
        let metadata = try ObjectMetadata(exchange.fields)
        let claim = try ContentClaim(exchange.fields, exchange.head)
        var attributes = metadata.attributes
        if let tagging = form["tagging"] {
            attributes[ObjectTags.attribute] = try ObjectTags(document: Array(tagging.utf8)).attributeValue
        }
        let branch = try await branch(destination, exchange)
        // How long the file is, only its end tells: the branch is looked at before any of it is stored.
        let target = try await writeTarget(destination.repository, branch, isChecked: true, exchange)
        let path = AddressMaker.make(at: clock.milliseconds())
        let address = try address(.relative(path), in: target.storageNamespace)
        let (content, length) = try await receiveFile(lengths, claim, reader, exchange) {
            body throws(ObjectStoreError) in
            try await store.put(address, body: body)
        }
        if let (algorithm, value) = content.checksum {
            attributes.merge(StoredChecksum.attributes(algorithm, value)) { _, new in new }
        }
        let entry = Entry(
            address: .relative(path), size: length, checksum: content.etag, modified: clock.milliseconds(),
            contentType: metadata.contentType, userMetadata: metadata.userMetadata, attributes: attributes)
        try await stage(entry, destination, branch, target, .none, exchange)
        return content.etag
    }

    private func receiveFile(
        _ lengths: ClosedRange<Int64>, _ claim: ContentClaim, _ reader: FormReader, _ exchange: S3Exchange,
        put: (ObjectBody) async throws(ObjectStoreError) -> ObjectInfo
    ) async throws(S3Error) -> (content: ReceivedContent, length: Int64) {
        try slots.enter()
        defer { slots.leave() }
        let most = min(lengths.upperBound, UploadSize.maxSinglePutBytes)
        let lane = DigestLane(
            ContentDigests(claim.algorithm), on: digests, maxQueuedBytes: limits.maxUndigestedBytes)
        var reader = reader
        var length: Int64 = 0
        var content: ReceivedContent?
        let body = ObjectBody(length: nil) {
            if let piece = try await reader.nextContent() {
                length += Int64(piece.readableBytes)
                guard length <= most else { throw S3Error.entityTooLarge(bytes: length, limit: most) }
                await lane.add(piece)
                return piece
            }
            // The store asks once more behind the last byte, before it makes the object: here, all is checked.
            try await reader.finish()
            guard length >= lengths.lowerBound else {
                throw S3Error(
                    .entityTooSmall,
                    details: [("ProposedSize", "\(length)"), ("MinSizeAllowed", "\(lengths.lowerBound)")])
            }
            content = try claim.verify(await lane.finish(), trailer: [])
            return nil
        }
        _ = try await keep(body, exchange, put)
        guard let content else { throw S3Error(.internalError) }
        return (content, length)
    }

    /// Answers as the form wishes: a redirection, 200, 201 with a document, or 204.
    private func answer(_ form: PostForm, key: String, etag: String, _ exchange: S3Exchange) {
        var path: [UInt8] = Array("/\(exchange.bucket)/".utf8)
        path.append(percentEncoding: key.utf8)
        let host = exchange.request.headers.first(name: "host") ?? ""
        let location = "\(exchange.request.isTLS ? "https" : "http")://\(host)\(String(decoding: path, as: UTF8.self))"
        var headers: HTTPHeaders = ["ETag": "\"\(etag)\""]
        if let target = Self.redirection(form, exchange.bucket, key, etag) {
            headers.add(name: "Location", value: target)
            return exchange.send(.seeOther, headers, ByteBuffer())
        }
        headers.add(name: "Location", value: location)
        switch form["success_action_status"] {
        case "200": exchange.send(.ok, headers, ByteBuffer())
        case "201":
            exchange.send(
                .created, headers,
                xml: WriteAnswers.post(location: location, bucket: exchange.bucket, key: key, etag: etag))
        default: exchange.send(.noContent, headers)
        }
    }

    /// Where the browser is to go, with what became of its form in the query; nil where no such address was given.
    private static func redirection(_ form: PostForm, _ bucket: String, _ key: String, _ etag: String) -> String? {
        guard let target = form["success_action_redirect"] ?? form["redirect"],
            target.hasPrefix("http://") || target.hasPrefix("https://"),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        var query = Array((target.utf8.contains(UInt8(ascii: "?")) ? "&" : "?").utf8)
        for (name, value) in [("bucket", bucket), ("key", key), ("etag", "\"\(etag)\"")] {
            if query.count > 1 { query.append(UInt8(ascii: "&")) }
            query.append(contentsOf: "\(name)=".utf8)
            query.append(percentEncoding: value.utf8)
        }
        return target + String(decoding: query, as: UTF8.self)
    }
}
