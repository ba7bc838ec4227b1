import Domain
import JSONCodec
import ServiceKit
import Synchronization
import Wire

/// Index as the gateway sees it, in memory and without history.
final class FakeIndex: Sendable {
    struct Store {
        var repositories: [String: Repository] = [:]
        /// By repository.
        var branches: [String: Set<String>] = [:]
        var tags: [String: Set<String>] = [:]
        /// By repository, reference and path.
        var objects: [String: [String: [[UInt8]: Entry]]] = [:]
        var uploads: [String: FakeUpload] = [:]
        /// Repositories whose branches have more than their first commit.
        var committed: Set<String> = []
        var nextID: Int64 = 1
        /// What a method fails with, how often, and whether before or after it was carried out.
        var failures: [String: (error: RPCError, times: Int, isAfter: Bool)] = [:]
        var calls: [String: Int] = [:]
    }

    struct FakeUpload {
        var upload: Upload
        var parts: [Int: UploadPart] = [:]
        var chosen: [CompletedPart]?
        var entry: Entry?
    }

    let store = Mutex(Store())

    // MARK: What tests say

    @discardableResult
    func make(_ name: String, branches: [String] = ["main"], tags: [String] = []) throws -> Repository {
        try store.withLock { store in
            let repository = Repository(
                id: store.nextID, name: try RepositoryName(name),
                storageNamespace: try StorageNamespace("local://\(name)-\(store.nextID)"),
                defaultBranch: try BranchName("main"), created: 1_255_369_830_042, isReadOnly: false, isBare: false)
            store.nextID += 1
            store.repositories[name] = repository
            store.branches[name] = Set(branches)
            store.tags[name] = Set(tags)
            store.objects[name] = [:]
            return repository
        }
    }

    func put(_ repository: String, _ reference: String, _ path: String, _ entry: Entry? = nil) {
        store.withLock {
            $0.objects[repository, default: [:]][reference, default: [:]][Array(path.utf8)] =
                entry ?? Entry(address: .relative("data/x"), size: 1, checksum: "abc", modified: 1_000)
        }
    }

    func commit(_ repository: String) { _ = store.withLock { $0.committed.insert(repository) } }

    func delete(_ repository: String, _ reference: String, _ path: String) {
        store.withLock { $0.objects[repository]?[reference]?[Array(path.utf8)] = nil }
    }

    func repository(_ name: String) -> Repository? { store.withLock { $0.repositories[name] } }

    func entry(_ repository: String, _ reference: String, _ path: String) -> Entry? {
        store.withLock { $0.objects[repository]?[reference]?[Array(path.utf8)] }
    }

    var isEmpty: Bool { store.withLock { $0.objects.values.allSatisfy { $0.values.allSatisfy(\.isEmpty) } } }

    func calls(_ method: String) -> Int { store.withLock { $0.calls[method] ?? 0 } }

    /// Makes a method fail.
    func fail(_ method: String, _ code: RPCError.Code, subject: String = "", times: Int = .max, isAfter: Bool = false) {
        store.withLock { $0.failures[method] = (RPCError(code, subject: subject, "told to fail"), times, isAfter) }
    }

    func recover() { store.withLock { $0.failures = [:] } }

    // MARK: Answers

    var double: RPCDouble {
        RPCDouble(as: .gateway) { routes in
            addRepositories(to: &routes)
            addObjects(to: &routes)
            addUploads(to: &routes)
        }
    }

    func on<Method: RPCMethod>(
        _ method: Method.Type, _ routes: inout RPCRoutes,
        _ answer: @escaping @Sendable (Method.Request, inout Store) throws -> Method.Response
    ) {
        routes.on(method) { request, context, _ in
            guard context.principal?.userID == "ada" else { throw RPCError(.permissionDenied, "no principal") }
            return try self.store.withLock { store in
                store.calls[Method.name, default: 0] += 1
                let failure = store.failures[Method.name]
                if let failure, failure.times > 0, !failure.isAfter {
                    store.failures[Method.name]?.times -= 1
                    throw failure.error
                }
                let result = try answer(request, &store)
                if let failure, failure.times > 0 {
                    store.failures[Method.name]?.times -= 1
                    throw failure.error
                }
                return result
            }
        }
    }

    private func addRepositories(to routes: inout RPCRoutes) {
        on(GetRepository.self, &routes) { request, store in try store.repository(request.name) }
        on(ListRepositories.self, &routes) { request, store in
            let page = request.range.page(Array(store.repositories.keys))
            return Listed(results: page.names.compactMap { store.repositories[$0] }, hasMore: page.hasMore)
        }
        on(ListBranches.self, &routes) { request, store in
            _ = try store.repository(request.repository)
            let page = request.range.page(Array(store.branches[request.repository.string] ?? []))
            let commit = try CommitID(String(repeating: "0", count: 64))
            return Listed(
                results: try page.names.map { Branch(name: try BranchName($0), commitID: commit) },
                hasMore: page.hasMore)
        }
        on(ListTags.self, &routes) { request, store in
            _ = try store.repository(request.repository)
            let page = request.range.page(Array(store.tags[request.repository.string] ?? []))
            let commit = try CommitID(String(repeating: "0", count: 64))
            return Listed(
                results: try page.names.map { Tag(name: try TagName($0), commitID: commit) }, hasMore: page.hasMore)
        }
        on(GetCommit.self, &routes) { request, store in
            try store.checkReference(request.repository, request.reference)
            let id = try CommitID(String(repeating: "0", count: 64))
            let parents = store.committed.contains(request.repository.string) ? [id] : []
            return Commit(
                id: id, parents: parents, committer: "", message: "", created: 0, metaRangeID: "", metadata: [:],
                generation: 1)
        }
        on(CreateRepository.self, &routes) { request, store in
            let name = request.name.string
            guard store.repositories[name] == nil else {
                throw RPCError(.alreadyExists, subject: "repository", "not unique")
            }
            let repository = Repository(
                id: store.nextID, name: request.name, storageNamespace: request.storageNamespace,
                defaultBranch: request.defaultBranch, created: 0, isReadOnly: false, isBare: false)
            store.nextID += 1
            store.repositories[name] = repository
            store.branches[name] = [request.defaultBranch.string]
            return repository
        }
        on(DeleteRepository.self, &routes) { request, store in
            _ = try store.repository(request.name)
            if request.onlyIfEmpty { try store.checkEmpty(request.name.string) }
            store.repositories[request.name.string] = nil
            return Nothing()
        }
    }

    private func addObjects(to routes: inout RPCRoutes) {
        on(GetObject.self, &routes) { request, store in
            let repository = try store.repository(request.repository)
            try store.checkReference(request.repository, request.reference)
            guard let entry = store.objects[repository.name.string]?[request.reference.base]?[request.path.bytes]
            else { throw RPCError(.notFound, subject: "object", "no such object") }
            return LocatedEntry(storageNamespace: repository.storageNamespace, entry: entry)
        }
        on(GetWriteTarget.self, &routes) { request, store in
            let repository = try store.repository(request.repository)
            try store.checkBranch(request.repository, request.branch)
            return WriteTarget(repositoryID: repository.id, storageNamespace: repository.storageNamespace)
        }
        on(StageObject.self, &routes) { request, store in
            let repository = try store.repository(request.repository)
            if let id = request.repositoryID, id != repository.id {
                throw RPCError(.conflict, subject: "repository", "another repository")
            }
            try store.stage(request.repository, request.branch, request.path, request.entry, request.condition)
            return Nothing()
        }
        on(DeleteObjects.self, &routes) { request, store in
            for path in request.paths {
                try store.stage(request.repository, request.branch, try ObjectKey(path), nil, .none)
            }
            return DeleteOutcome(errors: [])
        }
        on(ListObjects.self, &routes) { request, store in
            let repository = try store.repository(request.repository)
            try store.checkReference(request.repository, request.reference)
            return store.list(request, repository)
        }
    }
}

extension FakeIndex.Store {
    func repository(_ name: RepositoryName) throws -> Repository {
        guard let repository = repositories[name.string] else {
            throw RPCError(.notFound, subject: "repository", "no such repository")
        }
        return repository
    }

    func checkBranch(_ repository: RepositoryName, _ branch: BranchName) throws {
        _ = try self.repository(repository)
        guard branches[repository.string]?.contains(branch.string) == true else {
            throw RPCError(.notFound, subject: "branch", "no such branch")
        }
    }

    func checkReference(_ repository: RepositoryName, _ reference: RefExpression) throws {
        _ = try self.repository(repository)
        let names = (branches[repository.string] ?? []).union(tags[repository.string] ?? [])
        guard names.contains(reference.base) else {
            throw RPCError(.notFound, subject: "reference", "no such reference")
        }
    }

    mutating func stage(
        _ repository: RepositoryName, _ branch: BranchName, _ path: ObjectKey, _ entry: Entry?,
        _ condition: WriteCondition
    ) throws {
        try checkBranch(repository, branch)
        let current = objects[repository.string]?[branch.string]?[path.bytes]
        switch condition {
        case .none: break
        case .ifAbsent:
            guard current == nil else { throw RPCError(.preconditionFailed, subject: "object", "it exists") }
        case .ifMatch(let etag):
            guard current?.checksum == etag else { throw RPCError(.preconditionFailed, subject: "object", "another") }
        case .ifUnchanged(let etag, let modified):
            guard current?.checksum == etag, current?.modified == modified else {
                throw RPCError(.preconditionFailed, subject: "object", "another")
            }
        }
        objects[repository.string, default: [:]][branch.string, default: [:]][path.bytes] = entry
    }

    /// - Throws: as index does where a repository is not empty.
    func checkEmpty(_ repository: String) throws {
        func refuse(_ subject: String, _ isSo: Bool) throws {
            if isSo { throw RPCError(.preconditionFailed, subject: subject, "not empty") }
        }
        try refuse("history", committed.contains(repository) || !(tags[repository] ?? []).isEmpty)
        try refuse("uploads", uploads.values.contains { $0.upload.repository.string == repository && $0.entry == nil })
        try refuse("objects", !(objects[repository] ?? [:]).values.allSatisfy(\.isEmpty))
    }

    func list(_ request: ListObjects.Request, _ repository: Repository) -> ObjectListing {
        let (prefix, after) = (Array(request.range.prefix.utf8), Array(request.range.after.utf8))
        let delimiter = Array(request.delimiter.utf8)
        var rows: [ListRow] = []
        let all = objects[repository.name.string]?[request.reference.base] ?? [:]
        for (path, entry) in all.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where path.starts(with: prefix) {
            var row = ListRow(path: path, entry: entry)
            if let end = Self.end(of: delimiter, in: path, from: prefix.count) {
                row = ListRow(path: Array(path[..<end]), entry: nil)
            }
            guard after.lexicographicallyPrecedes(row.path), rows.last?.path != row.path else { continue }
            rows.append(row)
        }
        return ObjectListing(
            storageNamespace: repository.storageNamespace, rows: Array(rows.prefix(request.range.amount)),
            hasMore: rows.count > request.range.amount)
    }

    private static func end(of delimiter: [UInt8], in path: [UInt8], from start: Int) -> Int? {
        guard !delimiter.isEmpty, path.count >= start + delimiter.count else { return nil }
        return (start...(path.count - delimiter.count)).first {
            path[$0..<($0 + delimiter.count)].elementsEqual(delimiter)
        }.map { $0 + delimiter.count }
    }
}

extension ListRange {
    func page(_ names: [String]) -> (names: [String], hasMore: Bool) {
        let found = names.filter {
            $0.hasPrefix(prefix) && after.utf8.lexicographicallyPrecedes($0.utf8)
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (Array(found.prefix(amount)), found.count > amount)
    }
}
