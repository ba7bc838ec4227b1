import Database
import Domain
import Foundation
import JSONCodec
import Logging
import Synchronization
import TestSupport
import VersionTree
import Wire

@testable import Index

/// An index over a schema of its own, with short ways to call it.
final class TestIndex: Sendable {
    let catalog: Catalog
    let address: String
    let schema: String
    let repository: RepositoryName

    static func named(_ text: String) -> RepositoryName {
        do { return try RepositoryName(text) } catch { preconditionFailure("\(error)") }
    }

    private init(_ catalog: Catalog, _ address: String, _ schema: String, _ repository: RepositoryName? = nil) {
        self.catalog = catalog
        self.address = address
        self.schema = schema
        self.repository = repository ?? Self.named("repo-one")
    }

    /// The same process, with another repository as its own.
    func with(_ repository: RepositoryName) -> TestIndex { TestIndex(catalog, address, schema, repository) }

    /// With `repository` and its branch `main`.
    static func make(
        limits: CatalogLimits = quiet, cluster: PostgresCluster? = nil, now: (@Sendable () -> Int64)? = nil
    ) async throws -> TestIndex {
        let cluster = if let cluster { cluster } else { try await PostgresCluster.shared() }
        let (address, schema) = try await cluster.freshSchema()
        let database = try open(address, schema)
        _ = try await IndexSchema.migrator(schema: schema).migrate(database, deadline: .now + .seconds(60))
        let index = TestIndex(
            Catalog(
                database: database, limits: limits, logger: Logger(label: "test"),
                now: now ?? Catalog.systemSeconds), address, schema)
        _ = try await index.create(index.repository)
        return index
    }

    /// Without folds of its own accord.
    static let quiet: CatalogLimits = {
        var limits = CatalogLimits()
        limits.foldRows = 1_000_000
        return limits
    }()

    /// A second process over the same database; it has memory for few nodes and keeps the others on disk.
    func second(limits: CatalogLimits = TestIndex.quiet) throws -> TestIndex {
        var limits = limits
        limits.nodeCacheBytes = 128 * 1_024
        let file = try NodeFile(in: "/var/tmp", maxBytes: NodeFile.validBytes.lowerBound)
        return TestIndex(
            Catalog(
                database: try Self.open(address, schema), limits: limits, nodeFile: file, logger: Logger(label: "test")),
            address, schema, repository)
    }

    private static func open(_ address: String, _ schema: String) throws -> Database {
        // By its name a test finds its own connections among those of all.
        var configuration = try DatabaseConfiguration("\(address) application_name=\(schema)")
        configuration.schema = schema
        configuration.sessionSettings = IndexSchema.sessionSettings
        configuration.maxExclusiveConnections = 6
        configuration.patience = .seconds(10)
        return try Database(configuration, logger: Logger(label: "database"))
    }

    var context: CallContext { Self.context(as: "alice") }

    static func context(as user: String?, seconds: Int = 60) -> CallContext {
        CallContext(
            principal: user.map { Principal(userID: $0) }, traceParent: "", deadline: .now + .seconds(seconds))
    }

    func create(_ name: RepositoryName, namespace: String? = nil) async throws -> Repository {
        try await catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace(namespace ?? "local://\(name)"),
                defaultBranch: try BranchName("main")), context)
    }
}

// Objects.
extension TestIndex {
    private static let clock = Atomic<Int64>(1_000)

    /// An entry whose content is told by its checksum; address and time are new each time.
    static func entry(_ content: String) -> Entry {
        Entry(
            address: .relative("data/2026-11-22T19/\(UUID().uuidString)"), size: Int64(content.utf8.count),
            checksum: content, modified: clock.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    func put(
        _ path: String, _ content: String, on branch: String = "main", if condition: WriteCondition = .none,
        operation: OperationID = OperationID()
    ) async throws {
        try await put(path, Self.entry(content), on: branch, if: condition, operation: operation)
    }

    func put(
        _ path: String, _ entry: Entry?, on branch: String = "main", if condition: WriteCondition = .none,
        operation: OperationID = OperationID()
    ) async throws {
        _ = try await catalog.stageObject(
            StageObject.Request(
                repository: repository, repositoryID: nil, branch: try BranchName(branch), path: try ObjectKey(path),
                entry: entry, condition: condition, operationID: operation), context)
    }

    func delete(_ paths: String..., on branch: String = "main", operation: OperationID = OperationID()) async throws {
        _ = try await catalog.deleteObjects(
            DeleteObjects.Request(
                repository: repository, branch: try BranchName(branch), paths: paths, operationID: operation), context)
    }

    func entry(_ path: String, at reference: String = "main") async throws -> Entry {
        try await catalog.getObject(
            GetObject.Request(
                repository: repository, reference: try RefExpression(reference), path: try ObjectKey(path)), context
        ).entry
    }

    /// The content at a path; nil for none.
    func get(_ path: String, at reference: String = "main") async throws -> String? {
        do {
            return try await entry(path, at: reference).checksum
        } catch let error as RPCError where error == .objectNotFound {
            return nil
        }
    }

    func page(
        _ reference: String = "main", prefix: String = "", after: String = "", delimiter: String = "",
        amount: Int = 1_000
    ) async throws -> ObjectListing {
        let page = try await catalog.listObjects(
            ListObjects.Request(
                repository: repository, reference: try RefExpression(reference),
                range: ListRange(prefix: prefix, after: after, amount: amount), delimiter: delimiter), context)
        // As it crosses to the caller.
        return try ObjectListing(wireBytes: page.wireBytes())
    }

    /// Rows as `path=content`, folded ones as the prefix, page by page.
    func list(
        _ reference: String = "main", prefix: String = "", delimiter: String = "", amount: Int = 1_000
    ) async throws -> [String] {
        var rows: [String] = []
        var after = ""
        while true {
            let page = try await page(
                reference, prefix: prefix, after: after, delimiter: delimiter, amount: amount)
            for row in page.rows {
                after = String(decoding: row.path, as: UTF8.self)
                rows.append(row.entry.map { "\(after)=\($0.checksum)" } ?? after)
            }
            if !page.hasMore { return rows }
        }
    }

    /// Everything a reference shows.
    func contents(_ reference: String = "main") async throws -> [String: String] {
        var contents: [String: String] = [:]
        for row in try await list(reference) {
            let parts = row.split(separator: "=", maxSplits: 1)
            contents[String(parts[0])] = String(parts[1])
        }
        return contents
    }
}

// Branches and commits.
extension TestIndex {
    @discardableResult
    func branch(
        _ name: String, from source: String = "main", isHidden: Bool = false, operation: OperationID = OperationID()
    ) async throws -> Branch {
        try await catalog.createBranch(
            CreateBranch.Request(
                repository: repository, name: try BranchName(name), source: try RefExpression(source),
                isHidden: isHidden, operationID: operation), context)
    }

    @discardableResult
    func tag(_ name: String, _ reference: String = "main") async throws -> Wire.Tag {
        try await catalog.createTag(
            CreateTag.Request(
                repository: repository, name: try TagName(name), reference: try RefExpression(reference)), context)
    }

    func head(_ branch: String = "main") async throws -> String {
        try await catalog.getBranch(
            GetBranch.Request(repository: repository, branch: try BranchName(branch)), context
        ).commitID.string
    }

    @discardableResult
    func commit(
        _ branch: String = "main", _ message: String = "message", metadata: [String: String] = [:],
        date: Int64? = nil, allowsEmpty: Bool = false, operation: OperationID = OperationID()
    ) async throws -> Commit {
        try await catalog.createCommit(
            CreateCommit.Request(
                repository: repository, branch: try BranchName(branch), message: message, metadata: metadata,
                date: date, allowsEmpty: allowsEmpty, operationID: operation), context)
    }

    func commit(of reference: String) async throws -> Commit {
        try await catalog.getCommit(
            GetCommit.Request(repository: repository, reference: try RefExpression(reference)), context)
    }

    @discardableResult
    func merge(
        _ source: String, into destination: String = "main", strategy: MergeStrategy? = nil,
        resolutions: [(path: String, take: ConflictChoice)] = [], ifDestination: CommitID? = nil,
        squashes: Bool = false, allowsEmpty: Bool = false, operation: OperationID = OperationID()
    ) async throws -> Commit {
        try await catalog.mergeBranch(
            MergeBranch.Request(
                repository: repository, source: try RefExpression(source), destination: try BranchName(destination),
                strategy: strategy, resolutions: resolutions.map { ConflictResolution(path: $0.path, take: $0.take) },
                ifDestination: ifDestination, squashes: squashes, allowsEmpty: allowsEmpty, operationID: operation),
            context)
    }

    /// Rows as `path base source destination`, `-` where nothing is there.
    func conflicts(
        _ source: String, into destination: String = "main", prefix: String = "", amount: Int = 1_000
    ) async throws -> [String] {
        var rows: [String] = []
        var after = ""
        while true {
            let page = try await catalog.listConflicts(
                ListConflicts.Request(
                    repository: repository, source: try RefExpression(source),
                    destination: try RefExpression(destination),
                    range: ListRange(prefix: prefix, after: after, amount: amount)), context)
            for row in page.results {
                let versions = [row.base, row.source, row.destination].map { $0?.checksum ?? "-" }
                rows.append(([row.path] + versions).joined(separator: " "))
                after = row.path
            }
            if !page.hasMore { return rows }
        }
    }

    /// Rows as `+path`, `-path`, `~path`, `!path` for a conflict and `*prefix` for a folded one.
    func diff(
        _ left: String, _ right: String, _ type: DiffType = .twoDot, prefix: String = "", delimiter: String = "",
        amount: Int = 1_000
    ) async throws -> [String] {
        try await rows { after in
            try await self.catalog.diffRefs(
                DiffRefs.Request(
                    repository: self.repository, left: try RefExpression(left), right: try RefExpression(right),
                    type: type, range: ListRange(prefix: prefix, after: after, amount: amount), delimiter: delimiter),
                self.context)
        }
    }

    func uncommitted(
        _ branch: String = "main", prefix: String = "", delimiter: String = "", amount: Int = 1_000
    ) async throws -> [String] {
        try await rows { after in
            try await self.catalog.diffBranch(
                DiffBranch.Request(
                    repository: self.repository, branch: try BranchName(branch),
                    range: ListRange(prefix: prefix, after: after, amount: amount), delimiter: delimiter), self.context)
        }
    }

    private func rows(_ page: (String) async throws -> Listed<Wire.DiffRow>) async throws -> [String] {
        var rows: [String] = []
        var after = ""
        while true {
            let next = try await page(after)
            for row in next.results {
                rows.append(Self.text(row))
                after = row.path
            }
            if !next.hasMore { return rows }
        }
    }

    static func text(_ row: Wire.DiffRow) -> String {
        let sign =
            switch row.kind {
            case .added: "+"
            case .removed: "-"
            case .changed: "~"
            case .conflict: "!"
            case .prefixChanged: "*"
            }
        return sign + row.path
    }

    func log(
        _ reference: String = "main", amount: Int = 1_000,
        _ change: (inout LogCommits.Request) throws -> Void = { _ in }
    ) async throws -> [String] {
        var messages: [String] = []
        var after = ""
        while true {
            var request = LogCommits.Request(
                repository: repository, reference: try RefExpression(reference), after: after, amount: amount)
            try change(&request)
            let page = try await catalog.logCommits(request, context)
            messages += page.results.map(\.message)
            guard page.hasMore, let last = page.results.last else { return messages }
            after = last.id.string
        }
    }

    func fold(_ branch: String = "main") async throws { try await catalog.fold(repository, try BranchName(branch)) }

    func reset(_ scope: ResetScope, _ branch: String = "main", operation: OperationID = OperationID()) async throws {
        _ = try await catalog.resetBranch(
            ResetBranch.Request(
                repository: repository, branch: try BranchName(branch), scope: scope, operationID: operation), context)
    }

    func count(_ table: String) async throws -> Int {
        try await catalog.database.exclusive(.read("SELECT count(*) FROM \(table)"), deadline: .now + .seconds(30))[0]
            .int(0)
    }
}
