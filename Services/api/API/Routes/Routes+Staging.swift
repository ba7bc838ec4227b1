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
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "linkPhysicalAddress", .PUT, stagingPath + "/backing", .staging,
            "Stages an object whose bytes were written to an address given out.",
            parameters: [.path, .ifNoneMatch, .ifMatch], body: .json(Schemas.stagingMetadata),
            replies: [.json(200, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "createPresignMultipartUpload", .POST, stagingPath + "/pmpu", .experimental,
            "Begins an upload in parts straight to the store.",
            parameters: [.path, .query("parts", .integer(0...10_000), "How many addresses to sign.")],
            replies: [.json(201, Schemas.presignedUpload, "The upload.")],
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "completePresignMultipartUpload", .PUT, stagingPath + "/pmpu/{uploadId}", .experimental,
            "Joins the parts and stages the object.", parameters: [.path],
            body: .json(Schemas.presignedCompletion, isRequired: false),
            replies: [.json(200, Schemas.objectStats, "The object.")],
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "abortPresignMultipartUpload", .DELETE, stagingPath + "/pmpu/{uploadId}", .experimental,
            "Drops an upload and its parts.", parameters: [.path],
            body: .json(Schemas.presignedAbort, isRequired: false), replies: [.empty(204, "Dropped.")],
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "uploadPart", .PUT, partPath, .experimental, "Signs the address of one part.", parameters: [.path],
            body: .json(Schemas.uploadPartFrom), replies: [.json(200, Schemas.uploadTo, "The address.")],
            access: .needs(.writeObject, on: .object("path"))),
        Route(
            "uploadPartCopy", .PUT, partPath + "/copy", .experimental, "Fills one part from another object.",
            parameters: [.path], body: .json(Schemas.uploadPartCopyFrom), replies: [.empty(204, "Copied.")],
            access: .needs(.writeObject, on: .object("path"))),
    ]

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
