import VersionTree

/// What the right side changed since the merge base, with what conflicts with the left.
final class ThreeDotChanges: ChangeSource {
    private let tree: Tree
    private let left: NodeHash
    private let since: TreeDiff

    init(_ tree: Tree, left: NodeHash, since: TreeDiff) {
        self.tree = tree
        self.left = left
        self.since = since
    }

    func next() async throws -> Change? {
        while let row = try await since.next() {
            let other = try await tree.get(left, row.key)
            if try Change.isSame(other, row.right) { continue }
            let isConflict = try !Change.isSame(other, row.left)
            return Change(key: row.key, left: row.left, right: row.right, isConflict: isConflict)
        }
        return nil
    }

    func seek(to key: [UInt8]) { since.seek(to: key) }
}
