import Database
import VersionTree

/// The young nodes of a repository's trees: those of which it is not known yet that a commit reaches them. Below a node
/// that is not young there is none.
struct YoungNodes {
    let source: NodeSource
    let database: Database
    let repository: Int64
    /// Called between batches; what it throws ends the walk.
    var checkpoint: () async throws -> Void = {}

    /// The most nodes whose children are held at a time on each level.
    static let nodesPerStep = 64
    /// The most nodes that one statement looks at.
    static let hashesPerStatement = 1_000

    /// Goes over the young nodes that the roots reach, each after everything below it.
    /// - Throws: `TreeError.missingNode`, `TreeError.corruptNode`
    func walk(_ roots: some Sequence<NodeHash>, leave: ([NodeHash]) async throws -> Void) async throws {
        for chunk in try await young(Set(roots)).split(Self.nodesPerStep) {
            var levels: [Int: [NodeHash]] = [:]
            for (hash, node) in try await source.nodes(chunk) { levels[node.level, default: []].append(hash) }
            for (level, hashes) in levels { try await walk(hashes, level: level, leave: leave) }
        }
    }

    private func walk(
        _ hashes: [NodeHash], level: Int, leave: ([NodeHash]) async throws -> Void
    ) async throws {
        guard level > 0 else { return try await leave(hashes) }
        for chunk in hashes.split(Self.nodesPerStep) {
            var children: Set<NodeHash> = []
            for (hash, node) in try await source.nodes(chunk) {
                guard node.level == level else { throw TreeError.corruptNode(hash, reason: "not on level \(level)") }
                children.formUnion(node.children)
            }
            try await walk(try await young(children), level: level - 1, leave: leave)
            try await leave(chunk)
            try await checkpoint()
        }
    }

    /// - Throws: `TreeError.missingNode` where there is not even an old one.
    func young(_ hashes: Set<NodeHash>) async throws -> [NodeHash] {
        var young: [NodeHash] = []
        for batch in hashes.subtracting([Tree.emptyRoot]).sorted().split(Self.hashesPerStatement) {
            let rows = try await database.exclusive(
                Self.selectKept, [.int64(repository), .hashes(batch)], deadline: .now + .seconds(30))
            guard rows.count == batch.count else {
                let missing = Set(batch).subtracting(try rows.map { try $0.digest(0) })
                throw TreeError.missingNode(missing.first ?? batch[0])
            }
            for row in rows where try !row.bool(1) { young.append(try row.digest(0)) }
        }
        return young
    }

    static let selectKept = Statement.read(
        "SELECT n.hash, n.kept FROM \(Lookup.nodes("$2", of: "$1"))")
}

extension YoungNodes {
    /// Runs a statement on nodes of the repository, `$1`, one after the other by their hashes, `$2`, in one transaction.
    ///
    /// They are locked in the order in which all writers lock them.
    /// - Returns: how many rows it changed.
    func change(
        _ hashes: [NodeHash], _ statement: Statement, _ parameters: [Parameter] = []
    ) async throws -> Int {
        var changed = 0
        for batch in hashes.sorted().split(Self.nodesPerTransaction) {
            changed += try await database.transaction(deadline: .now + .seconds(30)) { transaction in
                try await transaction.repeated(
                    statement, batch.map { [.int64(repository), .hash($0)] + parameters })
            }
            try await checkpoint()
        }
        return changed
    }

    /// Writers wait for one of these transactions at the most.
    private static let nodesPerTransaction = 500
}

extension Array {
    /// Pieces of so many elements; the last may have fewer.
    func split(_ count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
