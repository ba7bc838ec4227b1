/// Goes over the entries of a tree in order of keys.
///
/// Used by one task at a time. Leaves that are not in the cache are fetched ahead, the more the longer it goes on.
package final class TreeCursor: OverlaySource {
    /// The most leaves that are fetched ahead at once.
    static let maxAhead = 32
    /// And the first time.
    static let minAhead = 2

    private let reader: NodeReader
    private let root: NodeHash
    /// From the root's row to that of the leaf; empty if the root is a leaf, or before the first seek.
    private var rows: [RowCursor] = []
    private var leaf: RowCursor?
    private var ahead = TreeCursor.minAhead

    init(_ nodes: NodeSource, _ root: NodeHash) {
        reader = NodeReader(nodes)
        self.root = root
    }

    package var key: [UInt8]? { leaf?.key }

    package var value: ArraySlice<UInt8>? { leaf?.value }

    /// Trees have no tombstones.
    package var hasValue: Bool { leaf != nil }

    /// The entry where it stands.
    package var entry: EntryView? { leaf.map { EntryView($0.value) } }

    /// Goes to the first key that is not less than `key`, forward or back; near by, it reads next to nothing.
    package func seek(to key: [UInt8]) async throws {
        ahead = Self.minAhead
        if let leaf, !Bytes.isLess(key, leaf.key) {
            while rows.count > 1, let last = rows.last, Bytes.isLess(rows[rows.count - 2].key, key) {
                _ = last
                rows.removeLast()
            }
            if let row = rows.last, Bytes.isLess(row.key, key) {
                rows.removeLast()
                try await descend(from: row.node, to: key)
            } else {
                settle(RowCursor(leaf.node, atLeast: key))
            }
        } else {
            rows = []
            try await descend(from: try await reader.root(root), to: key)
        }
    }

    private func settle(_ cursor: RowCursor) { leaf = cursor.isValid ? cursor : nil }

    private func descend(from top: Node, to key: [UInt8]) async throws {
        leaf = nil
        var node = top
        while !node.isLeaf {
            let row = RowCursor(node, atLeast: key)
            guard row.isValid, let child = row.child else {
                rows = []
                return
            }
            rows.append(row)
            node = try await reader.node(child.hash, level: node.level - 1)
        }
        settle(RowCursor(node, atLeast: key))
    }

    package func advanceIfReady() -> Bool {
        leaf?.advanceInside() ?? false
    }

    package func advance() async throws {
        if leaf == nil || advanceIfReady() { return }
        leaf = nil
        guard let depth = rows.lastIndex(where: { $0.index + 1 < $0.node.count }) else { return rows = [] }
        rows.removeSubrange((depth + 1)...)
        rows[depth].advance()
        while let row = rows.last, let child = row.child {
            let level = row.node.level - 1
            if try reader.ready(child.hash, level: level) == nil { try await fetch(from: row) }
            let node = try await reader.node(child.hash, level: level)
            if node.isLeaf { return settle(RowCursor(node)) }
            rows.append(RowCursor(node))
        }
    }

    /// Loads a missing child together with some that follow it.
    private func fetch(from first: RowCursor) async throws {
        var row = first
        var hashes: [NodeHash] = []
        while row.isValid, hashes.count < ahead, let child = row.child {
            hashes.append(child.hash)
            row.advance()
        }
        ahead = min(2 * ahead, Self.maxAhead)
        reader.release()
        try await reader.hold(hashes)
    }
}

extension Tree {
    /// A cursor that stands nowhere until its first `seek`.
    package func cursor(_ root: NodeHash) -> TreeCursor { TreeCursor(nodes, root) }
}
