/// The conflicts of a merge, in order of keys, found as they are pulled. Used by one task at a time.
///
/// Costs what the source changed up to the last conflict pulled, however far the destination went.
package final class ConflictSearch {
    private let tree: Tree
    private let destination: NodeHash
    private let changes: TreeDiff
    private var found: [MergeConflict] = []
    private var isExhausted: Bool
    /// Rows of the source that are compared at once.
    private var step = 32

    init(_ tree: Tree, _ changes: TreeDiff, destination: NodeHash, isEmpty: Bool) {
        self.tree = tree
        self.changes = changes
        self.destination = destination
        isExhausted = isEmpty
    }

    /// - Throws: `TreeError`, or what the store throws.
    package func next() async throws -> MergeConflict? {
        while found.isEmpty, !isExhausted { try await search() }
        return found.popLast()
    }

    private func search() async throws {
        var rows: [DiffRow] = []
        while rows.count < step, let row = try await changes.next() { rows.append(row) }
        isExhausted = rows.count < step
        step = min(2 * step, ApplyRun.maxChangesPerStep)
        for (row, current) in zip(rows, try await tree.get(destination, rows.map(\.key))) {
            if case .conflict(let conflict) = try Tree.compare(row, current) { found.append(conflict) }
        }
        found.reverse()
    }
}

extension Tree {
    /// What a merge of the same trees would leave to settle.
    ///
    /// - Parameter start: the first key to look at.
    package func conflicts(
        base: NodeHash, source: NodeHash, into destination: NodeHash, prefix: [UInt8] = [], from start: [UInt8] = []
    ) -> ConflictSearch {
        let changes = diff(base, source, prefix: prefix)
        changes.seek(to: start)
        return ConflictSearch(
            self, changes, destination: destination, isEmpty: base == destination || source == destination)
    }
}
