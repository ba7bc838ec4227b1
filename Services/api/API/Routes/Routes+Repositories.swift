import Domain
import NIOHTTP1
import ObjectStore
import Policy
import Wire

extension Routes {
    /// Repositories that are looked at for one page; who may see hardly any of them gets shorter pages.
    private static let maxLookedAt = 10_000

    static let repositories: [Route] = [
        Route(
            "listRepositories", .GET, "/repositories", .repositories, "Lists repositories by name.",
            parameters: Parameter.page + [
                .query("search", .string, "Only names that hold this text.", allowsEmpty: true)
            ],
            replies: [.json(200, Schemas.repositoryList, "A page of repositories.")],
            access: .needs(.listRepositories, on: .some)
        ) { call in
            let search = call.text("search")
            let page = try await VisibleRepositories.gather(
                call.page, lookingAt: maxLookedAt,
                isVisible: { call.allows(.listRepositories, on: .repository($0.name)) },
                fetch: { range throws(RPCError) in
                    try await call.index(ListRepositories.self, .init(range: range, search: search))
                })
            return .page(page.results, next: page.next.map { Array($0.utf8) }) { $0.row($1) }
        },
        Route(
            "createRepository", .POST, "/repositories", .repositories,
            "Makes a repository with a branch and a first commit.",
            parameters: [.flag("bare", "Make neither branch nor commit, to restore into.")],
            body: .json(Schemas.repositoryCreation),
            replies: [.json(201, Schemas.repository, "The repository.")],
            access: .needs([
                Need(.createRepository, on: .byHandler), Need(.attachStorageNamespace, on: .byHandler),
            ]), patience: .long
        ) { call in try await createRepository(call) },
        Route(
            "getRepository", .GET, "/repositories/{repository}", .repositories, "Shows a repository.",
            replies: [.json(200, Schemas.repository, "The repository.")],
            access: .needs(.readRepository, on: .repository)
        ) { call in
            let repository = try await call.index(GetRepository.self, .init(name: call.repository))
            return .one { $0.row(repository) }
        },
        Route(
            "deleteRepository", .DELETE, "/repositories/{repository}", .repositories,
            "Deletes a repository's history; the bytes stay.", parameters: [.force],
            replies: [.empty(204, "Deleted.")], access: .needs(.deleteRepository, on: .repository), patience: .long
        ) { call in
            let name = try call.repository
            _ = try await call.index(DeleteRepository.self, .init(name: name, force: call.flag("force")))
            call.services.writeTargets.forget(name)
            return .noContent
        },
    ]

    private static func createRepository(_ call: Call) async throws -> Answer {
        let body = try call.body(CreationBody.self)
        let name = try RepositoryName(body.name)
        try call.require(.createRepository, on: .repository(name))
        let namespace: StorageNamespace
        do {
            namespace = try await checkedNamespace(body, call)
        } catch {
            // A name that is taken is told before anything about the namespace.
            if (try? await call.index(GetRepository.self, .init(name: name))) != nil {
                throw RPCError(.alreadyExists, subject: "repository", "")
            }
            throw error
        }
        let repository = try await call.index(
            CreateRepository.self,
            .init(
                name: name, storageNamespace: namespace, defaultBranch: BranchName(body.defaultBranch ?? "main"),
                isReadOnly: body.readOnly ?? false, isBare: call.flag("bare")))
        if body.sampleData == true { try await SampleData(call: call, repository: repository).write() }
        return .one(201) { $0.row(repository) }
    }

    /// - Throws: `APIError` 400 where the store does not have it, 401 where the caller may not use it.
    private static func checkedNamespace(_ body: CreationBody, _ call: Call) async throws -> StorageNamespace {
        if let id = body.storageId, !id.isEmpty { throw APIError.badRequest("unknown storage id '\(id)'") }
        let store = call.services.store
        let namespace: StorageNamespace
        do {
            namespace = try StorageNamespace(body.storageNamespace)
        } catch {
            throw APIError.badRequest("failed to create repository: \(error.description)")
        }
        try call.require(.attachStorageNamespace, on: .namespace(namespace))
        guard namespace.scheme == store.scheme else {
            throw APIError.badRequest(
                "failed to create repository: the storage namespace must begin with \(store.scheme.rawValue)://")
        }
        if body.sampleData == true, body.readOnly == true || call.flag("bare") {
            throw APIError.badRequest(
                "failed to create repository: a bare or read-only repository takes no sample data")
        }
        do {
            _ = try await store.list(ObjectListRequest(namespace, rows: 1))
        } catch {
            guard [.notFound, .denied, .invalidAddress].contains(error.code) else { throw error }
            throw APIError.badRequest(
                "failed to create repository: the storage namespace cannot be used: \(error.message)")
        }
        return namespace
    }
}

private struct CreationBody: Decodable {
    var name: String
    var storageNamespace: String
    var storageId: String?
    var defaultBranch: String?
    var sampleData: Bool?
    var readOnly: Bool?
}
