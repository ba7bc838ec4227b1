extension Tree {
    /// How many entries begin with a prefix, and the sum of their sizes, without visiting them.
    package func summary(_ root: NodeHash, prefix: [UInt8] = []) async throws -> Summary {
        let reader = NodeReader(nodes)
        var sum = Summary()
        try await Self.add(
            try await reader.root(root), from: prefix, to: Bytes.successor(ofPrefix: prefix), reader, to: &sum)
        return sum
    }

    /// Adds what a node has from `lower` on and before `upper`. On each level, at most two children are looked into: those
    /// where the range begins and ends.
    private static func add(
        _ node: Node, from lower: [UInt8], to upper: [UInt8]?, _ reader: NodeReader, to sum: inout Summary
    ) async throws {
        let first = lower.withUnsafeBytes { node.lowerBound($0).index }
        let last = upper?.withUnsafeBytes { node.lowerBound($0).index } ?? node.count
        guard first < node.count, first <= last else { return }
        if node.isLeaf {
            node.forEachPayload(first..<last) { payload in
                if let entry = EntryLayout(payload) { sum.add(Summary(entries: 1, bytes: entry.size)) }
            }
            return
        }
        // The first child may begin before the range, the last end behind it; those between are all inside.
        let isWholeFirst = lower.isEmpty && first < last
        node.forEachPayload((isWholeFirst ? first : first + 1)..<max(first + 1, last)) { payload in
            if let child = ChildRow(payload) { sum.add(child.summary) }
        }
        var partial: [(hash: NodeHash, lower: [UInt8], upper: [UInt8]?)] = []
        if !isWholeFirst, let child = RowCursor(node, at: first).child {
            partial.append((child.hash, lower, last > first ? nil : upper))
        }
        if last > first, last < node.count, let child = RowCursor(node, at: last).child {
            partial.append((child.hash, [], upper))
        }
        if partial.count > 1 { try await reader.hold(partial.map(\.hash)) }
        for (hash, lower, upper) in partial {
            try await add(try await reader.node(hash, level: node.level - 1), from: lower, to: upper, reader, to: &sum)
        }
    }
}
