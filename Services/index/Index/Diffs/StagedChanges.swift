import VersionTree

/// What differs between a tree and another tree with staged rows over it.
final class StagedChanges: ChangeSource {
    private let tree: Tree
    private let left: NodeHash
    private let below: TreeDiff
    private let staged: StagedCursor
    private var pending: VersionTree.DiffRow?
    private var isExhausted: Bool
    private var start: [UInt8]?

    /// - Parameter start: the first key to look at.
    init(_ tree: Tree, left: NodeHash, right: NodeHash, staged: StagedCursor, prefix: [UInt8] = [], start: [UInt8]) {
        self.tree = tree
        self.left = left
        self.staged = staged
        self.start = start
        isExhausted = left == right
        below = tree.diff(left, right, prefix: prefix)
        below.seek(to: start)
    }

    func next() async throws -> Change? {
        if let start {
            try await staged.seek(to: start)
            self.start = nil
        }
        while true {
            if pending == nil, !isExhausted {
                pending = try await below.next()
                isExhausted = pending == nil
            }
            guard let row = staged.current else { return takePending() }
            if let pending, pending.key.lexicographicallyPrecedes(row.key) { return takePending() }
            let old: EntryView?
            if let pending, pending.key == row.key {
                old = pending.left
                self.pending = nil
            } else {
                old = try await tree.get(left, row.key)
            }
            let new = row.value.map { EntryView($0) }
            if !staged.advanceIfReady() { try await staged.advance() }
            if try !Change.isSame(old, new) { return Change(key: row.key, left: old, right: new) }
        }
    }

    private func takePending() -> Change? {
        defer { pending = nil }
        return pending.map { Change(key: $0.key, left: $0.left, right: $0.right) }
    }

    func seek(to key: [UInt8]) async throws {
        if let pending, pending.key.lexicographicallyPrecedes(key) { self.pending = nil }
        below.seek(to: key)
        if start != nil { start = key } else { try await staged.seek(to: key) }
    }
}
