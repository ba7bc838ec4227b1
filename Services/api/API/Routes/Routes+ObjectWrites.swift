import Domain
import NIOHTTP1
import ObjectStore
import Policy
import Wire

extension Routes {
    private static let branchPath = "/repositories/{repository}/branches/{branch}/objects"

    static let objectWrites: [Route] = [
        Route(
            "uploadObjectPreflight", .GET, branchPath + "/stage_allowed", .internal,
            "Tells whether an object may be written.", parameters: [.path],
            replies: [.empty(204, "It may.")], access: .needs(.writeObject, on: .object("path"))
        ) { call in
            _ = try call.objectKey()
            _ = try await call.index(
                GetWriteTarget.self, .init(repository: call.repository, branch: call.branch()))
            return .noContent
        },
        Route(
            "uploadObject", .POST, branchPath, .objects, "Writes an object and stages it.",
            parameters: [
                .path, .ifNoneMatch, .ifMatch,
                .query("storageClass", .string, "Accepted and without effect."), .force,
            ],
            body: .object, replies: [.json(201, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path")), patience: .long
        ) { call in
            do {
                return try await upload(call)
            } catch let error as RPCError where error.code == .notFound && error.subject == "branch" {
                throw APIError(404, "branch '\(call.pathValue("branch"))' not found")
            }
        },
        Route(
            "stageObject", .PUT, branchPath, .internal, "Stages an object whose bytes are in the store already.",
            parameters: [.path], body: .json(Schemas.stageCreation),
            replies: [.json(201, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in
            let body = try call.body(StageBody.self)
            let found = try await ObjectLinking(call: call).link(
                .init(
                    physicalAddress: body.physicalAddress, checksum: body.checksum, size: body.sizeBytes,
                    modified: body.mtime, contentType: body.contentType, userMetadata: body.metadata,
                    force: body.force))
            return .stats(201, try call.objectKey(), found)
        },
        Route(
            "deleteObject", .DELETE, branchPath, .objects, "Stages the deletion of an object, if it is there.",
            parameters: [.path, .force, .noTombstone], replies: [.empty(204, "Deleted.")],
            access: .needs(.deleteObject, on: .object("path"))
        ) { call in
            _ = try await call.index(
                StageObject.self,
                .init(
                    repository: call.repository, repositoryID: nil, branch: call.branch(), path: call.objectKey(),
                    entry: nil, force: call.flag("force")))
            return .noContent
        },
        Route(
            "deleteObjects", .POST, branchPath + "/delete", .objects, "Stages the deletion of many objects.",
            parameters: [.force, .noTombstone], body: .json(Schemas.pathList),
            replies: [.json(200, Schemas.objectErrorList, "What could not be deleted.")],
            access: .needs(.deleteObject, on: .byHandler)
        ) { call in try await BulkDelete(call: call).run() },
        Route(
            "copyObject", .POST, branchPath + "/copy", .objects, "Copies an object, its bytes too.",
            parameters: [.required("dest_path", .string, "The path of the copy.")],
            body: .json(Schemas.copyCreation), replies: [.json(201, Schemas.objectStats, "The copy.")],
            access: .needs([Need(.writeObject, on: .object("dest_path")), Need(.readObject, on: .byHandler)]),
            patience: .long
        ) { call in try await ObjectCopy(call: call).run() },
        Route(
            "updateObjectUserMetadata", .PUT, branchPath + "/stat/user_metadata", .experimental,
            "Replaces the user metadata of an object.", parameters: [.path],
            body: .json(Schemas.userMetadataUpdate), replies: [.empty(204, "Replaced.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in try await updateMetadata(call) },
    ]

    private static func upload(_ call: Call) async throws -> Answer {
        if call.header("If-Match") != nil { throw APIError.notImplemented("If-Match is not supported for uploads") }
        let condition = try writeCondition(call)
        let body = call.request.body
        let type = HeaderValue(call.header("Content-Type") ?? "")
        func upload(contentType: String?) throws -> ObjectUpload {
            try ObjectUpload(
                call: call, repository: call.repository, branch: call.branch(), path: call.objectKey(),
                contentType: contentType.flatMap { $0.isEmpty ? nil : $0 } ?? Entry.defaultContentType,
                userMetadata: UserMetadata.read(call.request.headers), condition: condition,
                force: call.flag("force"))
        }
        let found: LocatedEntry
        if type.value == "multipart/form-data" {
            guard let boundary = type.parameters["boundary"] else {
                throw APIError.badRequest("the Content-Type of the form has no boundary")
            }
            _ = try upload(contentType: nil)
            let form = try FormContent(body, boundary: boundary)
            let part = try await form.findContent()
            found = try await upload(contentType: part.contentType).run(length: nil) { try await form.next() }
        } else {
            found = try await upload(contentType: type.whole).run(length: call.request.contentLength) {
                try await body.next()
            }
        }
        return .stats(201, try call.objectKey(), found)
    }

    static func writeCondition(_ call: Call) throws(APIError) -> WriteCondition {
        guard let tags = call.header("If-None-Match") else { return .none }
        guard tags == "*" else { throw .notImplemented("If-None-Match supports '*' only") }
        return .ifAbsent
    }

    /// Another write of the path in between is told by its entity tag; one with equal bytes loses nothing but its metadata.
    private static func updateMetadata(_ call: Call) async throws -> Answer {
        let body = try call.body(MetadataBody.self)
        let (repository, branch, path) = (try call.repository, try call.branch(), try call.objectKey())
        for attempt in 1...maxMetadataAttempts {
            var entry = try await call.index(
                GetObject.self,
                .init(repository: repository, reference: RefExpression(branch: branch), path: path)
            ).entry
            let condition = WriteCondition.ifMatch(entry.checksum)
            entry.userMetadata = body.set
            entry.modified = call.services.now()
            do {
                _ = try await call.index(
                    StageObject.self,
                    .init(
                        repository: repository, repositoryID: nil, branch: branch, path: path, entry: entry,
                        condition: condition))
                return .noContent
            } catch {
                guard error.code == .preconditionFailed, attempt < maxMetadataAttempts else { throw error }
            }
        }
        throw APIError(412, "Precondition failed")
    }

    private static let maxMetadataAttempts = 3
}

private struct MetadataBody: Decodable {
    var set: [String: String]
}

private struct StageBody: Decodable {
    var physicalAddress: String
    var checksum: String
    var sizeBytes: Int64
    var mtime: Int64?
    var metadata: [String: String]?
    var contentType: String?
    var force: Bool?
}
