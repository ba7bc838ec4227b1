import Domain
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let tags: [Route] = [
        Route(
            "listTags", .GET, "/repositories/{repository}/tags", .tags, "Lists tags by name.",
            parameters: Parameter.page, replies: [.json(200, Schemas.referenceList, "A page of tags.")],
            access: .needs(.listTags, on: .repository)
        ) { call in
            let list = try await call.index(ListTags.self, .init(repository: call.repository, range: call.page))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.name.string.utf8)
            } write: {
                $0.row(reference: $1.name.string, $1.commitID)
            }
        },
        Route(
            "createTag", .POST, "/repositories/{repository}/tags", .tags, "Names a commit for good.",
            body: .json(Schemas.tagCreation), replies: [.json(201, Schemas.reference, "The tag.")],
            access: .needs(.createTag, on: .byHandler)
        ) { call in
            let body = try call.body(CreationBody.self)
            let repository = try call.repository
            let name = try? TagName(body.id)
            try call.require(.createTag, on: name.map { .tag(repository, $0) } ?? .repository(repository))
            let tag = try await call.index(
                CreateTag.self,
                .init(
                    repository: repository, name: TagName(body.id), reference: RefExpression(body.ref),
                    force: body.force ?? false))
            return .one(201) { $0.row(reference: tag.name.string, tag.commitID) }
        },
        Route(
            "getTag", .GET, "/repositories/{repository}/tags/{tag}", .tags, "Shows a tag.",
            replies: [.json(200, Schemas.reference, "The tag.")], access: .needs(.readTag, on: .tag("tag"))
        ) { call in
            let tag = try await call.index(GetTag.self, .init(repository: call.repository, tag: call.tag()))
            return .one { $0.row(reference: tag.name.string, tag.commitID) }
        },
        Route(
            "deleteTag", .DELETE, "/repositories/{repository}/tags/{tag}", .tags, "Deletes a tag.",
            parameters: [.force], replies: [.empty(204, "Deleted.")], access: .needs(.deleteTag, on: .tag("tag"))
        ) { call in
            _ = try await call.index(
                DeleteTag.self, .init(repository: call.repository, tag: call.tag(), force: call.flag("force")))
            return .noContent
        },
    ]
}

private struct CreationBody: Decodable {
    var id: String
    var ref: String
    var force: Bool?
}
