import Cryptography
import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Policy
import Wire

extension Routes {
    /// Whoever sees a node sees paths, checksums and addresses of any object.
    private static let mayLook = Access.needs([
        Need(.listObjects, on: .everyObject), Need(.readObject, on: .everyObject),
        Need(.readRepository, on: .repository),
    ])

    static let metadata: [Route] = [
        Route(
            "getMetadataObject", .GET, "/repositories/{repository}/metadata/object/{type}/{object_id}", .internal,
            "Answers the bytes of a node of a tree. `meta_range` and `range` are the same: a root is a node.",
            parameters: [
                .query("presign", .boolean, "Without effect: nodes are not in the object store, but for dumps.")
            ],
            replies: [.bytes(200, "The bytes.")], access: mayLook
        ) { call in
            guard ["meta_range", "range"].contains(call.pathValue("type")) else {
                throw APIError.badRequest("the type must be meta_range or range")
            }
            let found = try await call.index(
                GetNode.self, .init(repository: call.repository, id: call.pathValue("object_id")))
            guard let bytes = found.nodes.first.flatMap({ Base64.decode($0) }) else {
                throw APIError(500, "internal error")
            }
            return Answer(
                200,
                headers: [
                    ("Content-Type", "application/octet-stream"), ("X-Content-Type-Options", "nosniff"),
                    ("Cache-Control", "private, max-age=31536000, immutable"),
                ], content: .bytes(ByteBuffer(bytes: bytes)))
        },
        Route(
            "getMetaRange", .GET, "/repositories/{repository}/metadata/meta_range/{meta_range}", .metadata,
            "Tells where a dump puts the root of a tree.", replies: [.json(200, Schemas.location, "The place.")],
            access: mayLook
        ) { call in try await location(of: call.pathValue("meta_range"), call) },
        Route(
            "getRange", .GET, "/repositories/{repository}/metadata/range/{range}", .metadata,
            "Tells where a dump puts a node of a tree.", replies: [.json(200, Schemas.location, "The place.")],
            access: mayLook
        ) { call in try await location(of: call.pathValue("range"), call) },
    ]

    private static func location(of id: String, _ call: Call) async throws -> Answer {
        let repository = try await call.index(GetRepository.self, .init(name: call.repository))
        guard SHA256Digest(hex: id) != nil else { throw APIError.badRequest("'\(id)' is no id of a metadata object") }
        let place = try ObjectAddress(repository.storageNamespace, DumpedObject.path(id.lowercased())).uri
        var answer = Answer.object { $0.member("location", place) }
        answer.headers.append(("Location", place))
        return answer
    }
}
