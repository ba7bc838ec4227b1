import Domain
import JSONCodec
import NIOHTTP1
import ObjectStore
import Policy
import Wire

extension Routes {
    private static let objectPath = "/repositories/{repository}/refs/{ref}/objects"
    private static let range = Parameter.header("Range", Schemas.rangeHeader, "The bytes to answer: one range.")
    private static let showsMetadata = Parameter.flag("user_metadata", "Include user metadata.", default: true)

    static let objects: [Route] = [
        Route(
            "getObject", .GET, objectPath, .objects, "Answers an object's bytes.",
            parameters: [
                .path, range, .header("If-None-Match", .string, "Answer 304 where the entity tag is among these."),
                .presign,
            ],
            replies: [
                .object(200, "The bytes."), .object(206, "The bytes of the range."),
                .empty(302, "Where the bytes are, without credentials."), .empty(304, "The client has them."),
            ],
            access: .needs(.readObject, on: .object("path"))
        ) { call in
            return call.flag("presign")
                ? try await ObjectDownload(call: call).redirect() : try await ObjectDownload(call: call).get()
        },
        Route(
            "headObject", .HEAD, objectPath, .objects, "Answers what `getObject` would, without the bytes.",
            parameters: [.path, range], replies: [.empty(200, "It is there."), .empty(206, "The range is there.")],
            access: .needs(.readObject, on: .object("path"))
        ) { call in try await ObjectDownload(call: call).head() },
        Route(
            "statObject", .GET, objectPath + "/stat", .objects, "Shows what is known of an object.",
            parameters: [.path, showsMetadata, .presign],
            replies: [.json(200, Schemas.objectStats, "The object.")],
            access: .needs(.readObject, on: .object("path"))
        ) { call in
            let path = try call.objectKey()
            let found = try await call.index(
                GetObject.self, .init(repository: call.repository, reference: call.reference(), path: path))
            let showsMetadata = call.flag("user_metadata", default: true)
            guard call.flag("presign") else { return .stats(200, path, found, showsMetadata: showsMetadata) }
            let presigner = try await Presigner(call)
            let url = try await presigner.get(found.entry, path, in: found.storageNamespace)
            return .stats(200, path, found, showsMetadata: showsMetadata, SignedURL(url, presigner))
        },
        Route(
            "getUnderlyingProperties", .GET, objectPath + "/underlyingProperties", .objects,
            "Shows how the store keeps an object.", parameters: [.path],
            replies: [.json(200, Schemas.underlyingProperties, "The properties.")],
            access: .needs(.readObject, on: .object("path"))
        ) { call in
            let found = try await call.index(
                GetObject.self,
                .init(repository: call.repository, reference: call.reference(), path: call.objectKey()))
            let address = try ObjectAddress(found.entry.address, in: found.storageNamespace)
            guard address.scheme == call.services.store.scheme else { throw Presigner.elsewhere }
            let storageClass = try await call.services.store.head(address).storageClass
            return .object { writer in
                if let storageClass { return writer.member("storage_class", storageClass) }
                writer.key("storage_class")
                writer.null()
            }
        },
        Route(
            "listObjects", .GET, objectPath + "/ls", .objects, "Lists the objects of a reference by path.",
            parameters: Parameter.page + [.delimiter, showsMetadata, .presign],
            replies: [.json(200, Schemas.objectStatsList, "A page of objects.")],
            access: .needs(.listObjects, on: .listing("prefix"))
        ) { call in
            let list = try await call.index(
                ListObjects.self,
                .init(
                    repository: call.repository, reference: call.reference(), range: call.page,
                    delimiter: call.text("delimiter")))
            let showsMetadata = call.flag("user_metadata", default: true)
            let urls = call.flag("presign") ? try await presigned(list, call) : [:]
            let namespace = Array((list.storageNamespace.string + "/").utf8)
            return .page(list.rows.indices, hasMore: list.hasMore) {
                Array(list.rows.path($0))
            } write: { writer, index in
                if urls.isEmpty, writer.row(list.rows, index, in: namespace) { return }
                let row = list.rows[index]
                guard var entry = row.entry else { return writer.row(commonPrefix: row.path) }
                if !showsMetadata { entry.userMetadata = [:] }
                writer.row(
                    path: row.path, entry, in: list.storageNamespace, showsMetadata: nil, signed: urls[row.path])
            }
        },
        Route(
            "createSymlinkFile", .POST, "/repositories/{repository}/refs/{branch}/symlink", .internal,
            "Writes lists of addresses for Hive to read, one for each folder of a branch.",
            parameters: [.query("location", .string, "Only paths that begin with this.", allowsEmpty: true)],
            replies: [.json(201, Schemas.location, "Below which the lists are.")],
            access: .needs([Need(.listObjects, on: .listing("location")), Need(.writeObject, on: .branch("branch"))]),
            patience: .long
        ) { call in try await SymlinkFiles(call: call).run() },
    ]

    /// URLs of the rows that the caller may read, by path; others keep their address, which needs credentials.
    private static func presigned(_ list: ObjectListing, _ call: Call) async throws -> [[UInt8]: SignedURL] {
        let repository = try call.repository
        let presigner = try await Presigner(call)
        var urls: [[UInt8]: SignedURL] = [:]
        for row in list.rows {
            let path = ObjectKey(validated: row.path)
            guard let entry = row.entry, presigner.reaches(entry, in: list.storageNamespace),
                call.allows(.readObject, on: .object(repository, path))
            else { continue }
            urls[row.path] = SignedURL(try await presigner.get(entry, path, in: list.storageNamespace), presigner)
        }
        return urls
    }
}

extension Answer {
    /// What is known of one object.
    static func stats(
        _ status: Int, _ path: ObjectKey, _ found: LocatedEntry, showsMetadata: Bool = true, _ signed: SignedURL? = nil
    ) -> Answer {
        .one(status) { writer in
            writer.row(
                path: path.bytes, found.entry, in: found.storageNamespace, showsMetadata: showsMetadata,
                signed: signed)
        }
    }
}
