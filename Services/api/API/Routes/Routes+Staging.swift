import NIOHTTP1
import Policy

extension Routes {
    private static let stagingPath = "/repositories/{repository}/branches/{branch}/staging"
    private static let partPath = stagingPath + "/pmpu/{uploadId}/parts/{partNumber}"

    static let staging: [Route] = [
        Route(
            "getPhysicalAddress", .GET, stagingPath + "/backing", .staging,
            "Gives out an address to write an object's bytes to.", parameters: [.path, .presign],
            replies: [.json(200, Schemas.stagingAddress, "The address.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in try await AddressHandout(call: call).run() },
        Route(
            "linkPhysicalAddress", .PUT, stagingPath + "/backing", .staging,
            "Stages an object whose bytes were written to an address given out.",
            parameters: [.path, .ifNoneMatch, .ifMatch], body: .json(Schemas.stagingMetadata),
            replies: [.json(200, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in try await link(call) },
        Route(
            "createPresignMultipartUpload", .POST, stagingPath + "/pmpu", .experimental,
            "Begins an upload in parts straight to the store.",
            parameters: [.path, .query("parts", .integer(0...10_000), "How many addresses to sign.")],
            replies: [.json(201, Schemas.presignedUpload, "The upload.")],
            access: .needs(.writeObject, on: .object("path")), patience: .long
        ) { call in try await PartUpload(call: call).create() },
        Route(
            "completePresignMultipartUpload", .PUT, stagingPath + "/pmpu/{uploadId}", .experimental,
            "Joins the parts and stages the object.", parameters: [.path],
            body: .json(Schemas.presignedCompletion, isRequired: false),
            replies: [.json(200, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path")), patience: .long
        ) { call in try await PartUpload(call: call).complete() },
        Route(
            "abortPresignMultipartUpload", .DELETE, stagingPath + "/pmpu/{uploadId}", .experimental,
            "Drops an upload and its parts.", parameters: [.path],
            body: .json(Schemas.presignedAbort, isRequired: false), replies: [.empty(204, "Dropped.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in try await PartUpload(call: call).abort() },
        Route(
            "uploadPart", .PUT, partPath, .experimental, "Signs the address of one part.", parameters: [.path],
            body: .json(Schemas.uploadPartFrom), replies: [.json(200, Schemas.uploadTo, "The address.")],
            access: .needs(.writeObject, on: .object("path"))
        ) { call in try await PartUpload(call: call).signPart() },
        Route(
            "uploadPartCopy", .PUT, partPath + "/copy", .experimental, "Fills one part from another object.",
            parameters: [.path], body: .json(Schemas.uploadPartCopyFrom), replies: [.empty(204, "Copied.")],
            access: .needs([Need(.writeObject, on: .object("path")), Need(.readObject, on: .byHandler)]),
            patience: .long
        ) { call in try await PartUpload(call: call).copyPart() },
    ]

    private static func link(_ call: Call) async throws -> Answer {
        if call.header("If-Match") != nil { throw APIError.notImplemented("If-Match is not supported for links") }
        let condition = try writeCondition(call)
        let body = try call.body(LinkBody.self)
        let found = try await ObjectLinking(call: call).link(
            .init(
                physicalAddress: body.staging.physicalAddress, checksum: body.checksum, size: body.sizeBytes,
                modified: body.mtime, contentType: body.contentType, userMetadata: body.userMetadata, force: body.force),
            condition)
        return .stats(200, try call.objectKey(), found)
    }

    private static let importPath = "/repositories/{repository}/branches/{branch}/import"
    private static let importID = Parameter.required("id", .string, "What the start answered.")

    static let imports: [Route] = [
        Route(
            "importStart", .POST, importPath, .import, "Begins to take objects in where they are.",
            body: .json(Schemas.importCreation), replies: [.json(202, Schemas.importStarted, "Begun.")],
            access: .signedIn),
        Route(
            "importStatus", .GET, importPath, .import, "Tells how an import goes.", parameters: [importID],
            replies: [.json(200, Schemas.importStatus, "The state.")], access: .signedIn),
        Route(
            "importCancel", .DELETE, importPath, .import, "Stops an import.", parameters: [importID],
            replies: [.empty(204, "Stopped.")], access: .needs(.importCancel, on: .branch("branch"))),
    ]
}

private struct LinkBody: Decodable {
    struct Staging: Decodable {
        var physicalAddress: String?
    }

    var staging: Staging
    var checksum: String
    var sizeBytes: Int64
    var userMetadata: [String: String]?
    var contentType: String?
    var mtime: Int64?
    var force: Bool?
}
