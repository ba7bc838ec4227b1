import Database
import Domain
import VersionTree
import Wire

@testable import Index

/// Tree nodes, who needs them, and time that passes for them.
extension TestIndex {
    /// An entry that is the same each time, so that the same contents are the same nodes.
    /// - Parameter padding: bytes of metadata, for trees of several nodes from few entries.
    static func sameEntry(_ content: String, padding: Int = 0) -> Entry {
        var entry = Entry(
            address: .relative("data/2026-11-22T19/\(content)"), size: Int64(content.utf8.count), checksum: content,
            modified: 1_000)
        if padding > 0 { entry.userMetadata["padding"] = String(repeating: "-", count: padding) }
        return entry
    }

    func repositoryID() async throws -> Int64 { try await catalog.repository(repository, .now + .seconds(10)).id }

    /// One collection of the nodes of the repository.
    @discardableResult
    func collect(
        _ change: (inout NodeCollection) -> Void = { _ in }, checkpoint: @escaping () async throws -> Void = {}
    ) async throws -> Int {
        var collection = NodeCollection(catalog, repository: try await repositoryID(), checkpoint: checkpoint)
        change(&collection)
        return try await collection.run()
    }

    /// Makes everything that is noted down of nodes and pins older; pins last as long as before.
    func pass(_ time: String) async throws {
        try await sql(
            "UPDATE node SET seen = seen - interval '\(time)', lost = lost - interval '\(time)'")
        try await sql("UPDATE pin SET made = made - interval '\(time)'")
    }

    /// Two marks, each after enough time, and the removal of what neither reaches.
    @discardableResult
    func collectTwice() async throws -> Int {
        try await pass("90 minutes")
        try await collect()
        try await pass("90 minutes")
        return try await collect()
    }

    func nodes(where condition: String = "true") async throws -> Set<NodeHash> {
        Set(try await sql("SELECT hash FROM node WHERE \(condition)").map { try $0.digest(0) })
    }

    /// Every node that commits and, unless told otherwise, working trees reach, read by a process that has none in memory.
    func reachable(staged: Bool = true) async throws -> Set<NodeHash> {
        let rows = try await sql(
            """
            SELECT root FROM commit WHERE root IS NOT NULL
            UNION SELECT working_root FROM ref WHERE working_root IS NOT NULL AND $1
            UNION SELECT working_base FROM ref WHERE working_base IS NOT NULL AND $1
            """, [.bool(staged)])
        let other = try second()
        let salt = try await catalog.repository(repository, .now + .seconds(10)).salt
        let tree = other.catalog.tree(try await repositoryID(), salt, .now + .seconds(60))
        var reached: Set<NodeHash> = []
        for row in rows {
            try await tree.scan(try row.digest(0), enter: { hash, _ in reached.insert(hash).inserted }) { _, _ in }
        }
        return reached
    }

    /// Many keys, for a tree of two levels and more.
    func fill(_ branch: String = "main", count: Int = 600, content: String = "x") async throws {
        let long = String(repeating: "-", count: 60)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for number in stride(from: part, to: count, by: 8) {
                        try await self.put("fill/\(number)\(long)", Self.sameEntry(content), on: branch)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
