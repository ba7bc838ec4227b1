import Cryptography
import Domain
import JSONCodec
import NIOCore
import ObjectStore
import Policy
import Wire

/// An upload whose parts clients write straight to the store, or to URLs of Tarn's own.
///
/// What it is for stands in its address, whose token is valid for a day; which parts there are, the store knows. So any process
/// can go on with it, and one that nobody completes is dropped by clean-up.
struct PartUpload {
    /// The most URLs that are signed at once.
    private static let urlsOfOneTurn = 200

    let call: Call

    func create() async throws -> Answer {
        let count = Int(call.text("parts")) ?? 0
        let fresh = try await AddressHandout(call: call).fresh(force: false)
        let presigner = try await Presigner(call)
        let upload = try await call.services.store.createUpload(fresh.stored)
        var urls: [String] = []
        urls.reserveCapacity(count)
        for number in 0..<count {
            urls.append(try await presigner.put(part: number + 1, of: upload, fresh.stored))
            if number % Self.urlsOfOneTurn == Self.urlsOfOneTurn - 1 { await Task.yield() }
        }
        return .object(201) { writer in
            writer.member("upload_id", upload.string)
            writer.member("physical_address", fresh.stored.uri)
            guard count > 0 else { return }
            writer.key("presigned_urls")
            writer.array { writer in
                for url in urls { writer.value(url) }
            }
        }
    }

    func signPart() async throws -> Answer {
        let body = try call.body(AddressBody.self)
        let number = try partNumber()
        let (_, address) = try await verified(body.physicalAddress)
        let url = try await Presigner(call).put(part: number, of: upload, address.stored)
        return .object { $0.member("presigned_url", url) }
    }

    func copyPart() async throws -> Answer {
        let body = try call.body(CopyBody.self)
        let number = try partNumber()
        let source = body.copySource
        let (repository, path) = (try RepositoryName(source.repository), try ObjectKey(source.path))
        try call.require(.readObject, on: .object(repository, path))
        let (_, address) = try await verified(body.physicalAddress)
        let found = try await call.index(
            GetObject.self, .init(repository: repository, reference: RefExpression(source.ref), path: path))
        guard Presigner.isReached(found.entry, in: found.storageNamespace, by: call.services.store) else {
            throw Presigner.elsewhere
        }
        let range: Range<Int64>?
        switch ByteRange(source.range, size: found.entry.size) {
        case .whole: range = nil
        case .part(let part): range = part.lowerBound..<(part.upperBound + 1)
        case .unsatisfiable: throw APIError.badRequest("the range is not satisfiable")
        }
        let tag = try await copy(
            ObjectAddress(found.entry.address, in: found.storageNamespace), range, to: address.stored, number)
        return Answer(204, headers: [("ETag", "\"\(tag)\"")])
    }

    /// - Returns: the entity tag.
    private func copy(
        _ source: ObjectAddress, _ range: Range<Int64>?, to address: ObjectAddress, _ number: Int
    ) async throws -> String {
        let store = call.services.store
        do {
            guard store.scheme == .local else {
                return try await store.copyPart(upload, of: address, number: number, from: source, range: range).receipt
            }
            // The bytes pass through here for their digest.
            let content = try await store.get(source, range: range)
            defer { content.close() }
            var hash = MD5()
            let body = ObjectBody(length: content.length) {
                guard let piece = try await content.next() else { return nil }
                piece.withUnsafeReadableBytes { hash.update($0) }
                return piece
            }
            let part = try await store.putPart(upload, of: address, number: number, body: body)
            return PartTag(content: hash.finalize(), receipt: part.receipt).description
        } catch  where error.code == .uploadNotFound {
            throw Self.gone
        }
    }

    func abort() async throws -> Answer {
        let body = try call.body(AddressBody.self)
        let (_, address) = try await verified(body.physicalAddress)
        try await call.services.store.abortUpload(upload, of: address.stored)
        return .noContent
    }

    func complete() async throws -> Answer {
        let body = try call.body(CompletionBody.self)
        let chosen = try ChosenParts(body.parts.map { ($0.partNumber, $0.etag) }, call.services.store)
        let (target, address) = try await verified(body.physicalAddress)
        let joined = try await chosen.join(upload, at: address.stored)
        if joined.isRepeated, let found = try await staged(address.physical, target) {
            guard found.entry.checksum == joined.checksum else {
                throw APIError(409, "the upload was completed with other parts")
            }
            return .stats(200, try call.objectKey(), found)
        }
        let entry = Entry(
            address: address.physical, size: joined.size,
            checksum: joined.checksum, modified: call.services.now(),
            contentType: body.contentType.flatMap { $0.isEmpty ? nil : $0 } ?? Entry.defaultContentType,
            userMetadata: body.userMetadata ?? [:])
        return .stats(200, try call.objectKey(), try await ObjectLinking(call: call).stage(entry, in: target))
    }

    /// What an earlier completion staged, if it is at its path still.
    private func staged(_ address: PhysicalAddress, _ target: WriteTarget) async throws -> LocatedEntry? {
        do {
            let found = try await call.index(
                GetObject.self,
                .init(
                    repository: call.repository, reference: RefExpression(branch: call.branch()),
                    path: call.objectKey()))
            return found.entry.address == address && found.storageNamespace == target.storageNamespace ? found : nil
        } catch let error as RPCError where error.code == .notFound {
            return nil
        }
    }

    // MARK: What a request names

    static let gone = APIError(404, "upload not found")

    private var upload: UploadID { UploadID(call.pathValue("uploadId")) }

    private func partNumber() throws(APIError) -> Int {
        guard let number = Int(call.pathValue("partNumber")), (1...UploadedPart.maxNumber).contains(number) else {
            throw .badRequest("a part's number is 1 to \(UploadedPart.maxNumber)")
        }
        return number
    }

    /// The upload's address, if it was handed out for this very branch and path.
    private func verified(_ text: String) async throws -> (WriteTarget, NamedAddress) {
        let (repository, branch, path) = (try call.repository, try call.branch(), try call.objectKey())
        let target = try await call.writeTarget(of: repository, branch, force: false)
        let address = try await NamedAddress(text, for: path, of: branch, in: target, call)
        guard case .relative(let place) = address.physical, place.hasPrefix(AddressMaker.folder + "/") else {
            throw APIError.badRequest("the physical address is not one of an upload")
        }
        return (target, address)
    }
}

private struct AddressBody: Decodable {
    var physicalAddress: String
}

private struct CopyBody: Decodable {
    struct Source: Decodable {
        var repository: String
        var ref: String
        var path: String
        var range: String?
    }

    var physicalAddress: String
    var copySource: Source
}

private struct CompletionBody: Decodable {
    struct Part: Decodable {
        var partNumber: Int
        var etag: String
    }

    var physicalAddress: String
    var parts: [Part]
    var userMetadata: [String: String]?
    var contentType: String?
}
