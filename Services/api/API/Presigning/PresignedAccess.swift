import Cryptography
import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Wire

/// Serves URLs of Tarn's own that need no credentials: reads, and writes of what is not there yet.
struct PresignedAccess: Sendable {
    /// How long auth may take for the keys.
    static let patience = Duration.seconds(5)

    let services: Services

    /// Nil where the client is gone.
    func answer(_ request: IncomingRequest) async -> Answer? {
        do {
            guard services.store.scheme == .local else { throw APIError.invalidEndpoint }
            let work = try await verified(request)
            switch work.work {
            case .get: return try await read(work, request)
            case .put: return try await write(work, request)
            case .part(let upload, let number): return try await write(work, upload, number, request)
            }
        } catch {
            return APIError(error).map { Answer.failure($0) }
        }
    }

    private static let refused = APIError(403, "the signature of the address is not valid for this request")

    private func verified(_ request: IncomingRequest) async throws -> SignedRequest {
        guard
            let claim = SignedRequest.Claim(
                request.method, try RequestTarget(request.target), scheme: services.store.scheme)
        else { throw Self.refused }
        let now = services.now().seconds
        let context = CallContext(
            principal: nil, traceParent: request.traceParent, deadline: .now + Self.patience,
            clientAddress: request.clientAddress)
        guard let key = try await services.presigning.key(claim.keyNumber, now: now, context),
            claim.isSigned(with: key)
        else { throw Self.refused }
        guard claim.request.expires > now else { throw APIError(403, "the address has expired") }
        return claim.request
    }

    // MARK: Reading

    private func read(_ work: SignedRequest, _ request: IncomingRequest) async throws -> Answer {
        let info = try await services.store.head(work.address)
        var headers = work.headers.map { (name: $0.name, value: $0.value) }
        headers += [
            ("Accept-Ranges", "bytes"), ("Cache-Control", "no-store, must-revalidate"),
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "SAMEORIGIN"),
            ("Content-Security-Policy", ObjectHeaders.securityPolicy),
        ]
        let etag = work.headers.first { $0.name == "etag" }.map { String($0.value.dropFirst().dropLast()) } ?? ""
        if let tags = request.headers.first(name: "If-None-Match"), EntityTags.list(tags, contains: etag) {
            return Answer(304, headers: headers.filter { $0.name != "content-type" })
        }
        var range = ByteRange.whole
        if let wanted = request.headers.first(name: "Range") {
            guard ByteRange.pattern.matches(wanted) else { throw APIError.badRequest("header 'Range' is malformed") }
            let isOfThis =
                request.headers.first(name: "If-Range").map { EntityTags.condition($0, isStrongly: etag) } ?? true
            if isOfThis { range = ByteRange(wanted, size: info.size) }
        }
        let isHead = request.method == .HEAD
        switch range {
        case .unsatisfiable:
            throw APIError(
                416, "the requested range is not satisfiable", headers: ["Content-Range": "bytes */\(info.size)"])
        case .whole:
            return Answer(
                200, headers: headers,
                content: isHead
                    ? .head(length: info.size) : .object(try await services.store.get(work.address, range: nil)))
        case .part(let part):
            headers.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound)/\(info.size)"))
            return Answer(
                206, headers: headers,
                content: isHead
                    ? .head(length: Int64(part.count))
                    : .object(
                        try await services.store.get(work.address, range: part.lowerBound..<(part.upperBound + 1))))
        }
    }

    // MARK: Writing

    /// Writes an object. One that is there already stays; if it has these bytes, the client only asks again.
    private func write(_ work: SignedRequest, _ request: IncomingRequest) async throws -> Answer {
        let body = try PresignedBody(work, request)
        do {
            _ = try await services.store.publish(work.address, body: body.objectBody)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            guard try await MD5.of(work.address, in: services.store) == body.digest else {
                throw APIError(412, "the address has an object already, which cannot be replaced")
            }
        }
        return Answer(200, headers: [("ETag", "\"\(body.digest.hex)\"")])
    }

    private func write(
        _ work: SignedRequest, _ upload: UploadID, _ number: Int, _ request: IncomingRequest
    ) async throws -> Answer {
        let body = try PresignedBody(work, request)
        do {
            let part = try await services.store.putPart(
                upload, of: work.address, number: number, body: body.objectBody)
            return Answer(200, headers: [("ETag", "\"\(PartTag(content: body.digest, receipt: part.receipt))\"")])
        } catch {
            guard error.code == .uploadNotFound else { throw error }
            throw APIError(404, "upload not found")
        }
    }
}

extension MD5 {
    /// Of the bytes that are at an address.
    fileprivate static func of(
        _ address: ObjectAddress, in store: any ObjectStore
    ) async throws(ObjectStoreError) -> MD5Digest {
        let content = try await store.get(address, range: nil)
        defer { content.close() }
        var hash = MD5()
        while let piece = try await content.next() { piece.withUnsafeReadableBytes { hash.update($0) } }
        return hash.finalize()
    }
}
