/// A place among the old nodes of one level: the rows that lead to it, from the root down.
struct LevelPath {
    /// What the level above says of an old node.
    struct Place {
        let hash: NodeHash
        let isNatural: Bool
        /// Empty for the root, which no row describes.
        let lastKey: [UInt8]
        let isFirst: Bool
        let isLast: Bool

        /// Whether `key` is in this node if it is anywhere, or comes into it if it is new.
        func takes(_ key: [UInt8]) -> Bool { isLast || !Bytes.isLess(lastKey, key) }
    }

    let level: Int
    private let root: Node
    /// From the root's row to that of the node; empty if the node is the root.
    private var rows: [RowCursor] = []

    /// At the first node of the level; `nil` if the tree has nothing there.
    init?(_ root: Node, level: Int, _ reader: NodeReader) async throws {
        guard root.level >= level, root.count > 0 else { return nil }
        self.root = root
        self.level = level
        guard root.level > level else { return }
        rows.append(RowCursor(root))
        try await descend(reader) { RowCursor($0) }
    }

    var place: Place {
        get throws(TreeError) {
            guard let row = rows.last else {
                return Place(hash: root.hash, isNatural: false, lastKey: [], isFirst: true, isLast: true)
            }
            guard let child = row.child else { throw TreeError.corruptNode(row.node.hash, reason: "no child row") }
            return Place(
                hash: child.hash, isNatural: child.isNatural, lastKey: row.key,
                isFirst: rows.allSatisfy { $0.index == 0 },
                isLast: rows.allSatisfy { $0.index == $0.node.count - 1 })
        }
    }

    /// Goes forward to the node that takes `key`.
    mutating func move(to key: [UInt8], _ reader: NodeReader) async throws {
        guard !rows.isEmpty else { return }
        while rows.count > 1, Bytes.isLess(rows[rows.count - 2].key, key) { rows.removeLast() }
        let node = rows.removeLast().node
        rows.append(Self.cursor(node, key))
        try await descend(reader) { Self.cursor($0, key) }
    }

    private static func cursor(_ node: Node, _ key: [UInt8]) -> RowCursor {
        let row = RowCursor(node, atLeast: key)
        return row.isValid ? row : RowCursor(node, at: node.count - 1)
    }

    /// Goes to the next node, which there must be.
    mutating func moveForward(_ reader: NodeReader) async throws {
        guard let depth = rows.lastIndex(where: { $0.index + 1 < $0.node.count }) else { return }
        let row = rows[depth]
        rows.removeSubrange(depth...)
        rows.append(RowCursor(row.node, at: row.index + 1))
        try await descend(reader) { RowCursor($0) }
    }

    /// Goes to the node before, which there must be.
    mutating func moveBack(_ reader: NodeReader) async throws {
        guard let depth = rows.lastIndex(where: { $0.index > 0 }) else { return }
        let row = rows[depth]
        rows.removeSubrange(depth...)
        rows.append(RowCursor(row.node, at: row.index - 1))
        try await descend(reader) { RowCursor($0, at: $0.count - 1) }
    }

    private mutating func descend(_ reader: NodeReader, _ enter: (Node) -> RowCursor) async throws {
        while let row = rows.last, row.node.level > level + 1 {
            guard let child = row.child else { throw TreeError.corruptNode(row.node.hash, reason: "no child row") }
            rows.append(enter(try await reader.node(child.hash, level: row.node.level - 1)))
        }
    }
}
