extension Tree {
    /// Visits every node that a root reaches, parents before their children; leaves are named but not read. The empty tree
    /// has none.
    ///
    /// - Parameter enter: whether to go on below the node; not, for one whose descendants are known already.
    package func walk(
        _ root: NodeHash, enter: (_ node: NodeHash, _ level: Int) async throws -> Bool
    ) async throws {
        try await visit(root, readsLeaves: false, enter: enter) { _ in }
    }

    /// Reads every leaf that a root reaches and visits its entries in order.
    ///
    /// - Parameter enter: whether to read the node, be it a leaf or not.
    package func scan(
        _ root: NodeHash, enter: (_ node: NodeHash, _ level: Int) async throws -> Bool = { _, _ in true },
        entry: (_ key: [UInt8], EntryView) async throws -> Void
    ) async throws {
        try await visit(root, readsLeaves: true, enter: enter) { leaf in
            var row = RowCursor(leaf)
            while row.isValid {
                try await entry(row.key, EntryView(row.value))
                row.advance()
            }
        }
    }

    private func visit(
        _ root: NodeHash, readsLeaves: Bool, enter: (NodeHash, Int) async throws -> Bool,
        leaf: (Node) async throws -> Void
    ) async throws {
        guard root != Self.emptyRoot else { return }
        let top = try await nodes.node(root)
        guard try await enter(root, top.level) else { return }
        try await visit(below: top, readsLeaves: readsLeaves, enter: enter, leaf: leaf)
    }

    private func visit(
        below node: Node, readsLeaves: Bool, enter: (NodeHash, Int) async throws -> Bool,
        leaf: (Node) async throws -> Void
    ) async throws {
        guard !node.isLeaf else {
            if readsLeaves { try await leaf(node) }
            return
        }
        var entered: [NodeHash] = []
        var row = RowCursor(node)
        while row.isValid, let child = row.child {
            if try await enter(child.hash, node.level - 1) { entered.append(child.hash) }
            row.advance()
        }
        guard node.level > 1 || readsLeaves else { return }
        for start in stride(from: 0, to: entered.count, by: TreeCursor.maxAhead) {
            let batch = Array(entered[start..<min(start + TreeCursor.maxAhead, entered.count)])
            let loaded = try await nodes.nodes(batch)
            for hash in batch {
                guard let child = loaded[hash] else { throw TreeError.missingNode(hash) }
                guard child.level == node.level - 1 else {
                    throw TreeError.corruptNode(hash, reason: "not on level \(node.level - 1)")
                }
                try await visit(below: child, readsLeaves: readsLeaves, enter: enter, leaf: leaf)
            }
        }
    }
}
