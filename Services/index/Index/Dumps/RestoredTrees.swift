import Database
import VersionTree

/// Finds what is missing of trees that are being restored. A node below which nothing is missing is marked as kept, as a
/// commit's nodes are, so nobody looks below it again.
struct RestoredTrees {
    let young: YoungNodes
    let deadline: ContinuousClock.Instant
    private(set) var missing: Set<NodeHash> = []

    /// So many are looked for at a time.
    static let maxMissing = 1_000

    init(young: YoungNodes, deadline: ContinuousClock.Instant) {
        self.young = young
        self.deadline = deadline
    }

    /// - Throws: `TreeError.corruptNode`
    mutating func check(_ roots: Set<NodeHash>) async throws {
        _ = try await whole(roots.subtracting([Tree.emptyRoot]), level: nil)
    }

    /// Those of the nodes that are whole with everything below them.
    private mutating func whole(_ hashes: Set<NodeHash>, level: Int?) async throws -> Set<NodeHash> {
        var whole: Set<NodeHash> = []
        var open: [NodeHash] = []
        for batch in hashes.sorted().split(YoungNodes.hashesPerStatement) {
            let rows = try await young.database.exclusive(
                YoungNodes.selectKept, [.int64(young.repository), .hashes(batch)], deadline: deadline)
            for row in rows {
                let hash = try row.digest(0)
                if try row.bool(1) { whole.insert(hash) } else { open.append(hash) }
            }
        }
        for hash in hashes.subtracting(whole).subtracting(open) where missing.count < Self.maxMissing {
            missing.insert(hash)
        }
        for chunk in open.split(YoungNodes.nodesPerStep) {
            guard missing.count < Self.maxMissing else { break }
            let nodes = try await young.source.nodes(chunk)
            var done: [NodeHash] = []
            for (ofLevel, members) in Dictionary(grouping: nodes.values, by: \.level) {
                guard ofLevel == level ?? ofLevel else {
                    throw TreeError.corruptNode(members[0].hash, reason: "not on level \(level ?? 0)")
                }
                let children = members.reduce(into: Set<NodeHash>()) { $0.formUnion($1.children) }
                let found = ofLevel > 0 ? try await self.whole(children, level: ofLevel - 1) : []
                done += members.filter { $0.children.allSatisfy(found.contains) }.map(\.hash)
            }
            _ = try await young.change(done, NodeCollection.keep)
            whole.formUnion(done)
        }
        return whole
    }
}
