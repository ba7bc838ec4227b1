import VersionTree

/// What differs between two trees.
final class TreeChanges: ChangeSource {
    private let diff: TreeDiff

    init(_ diff: TreeDiff) { self.diff = diff }

    func next() async throws -> Change? {
        try await diff.next().map { Change(key: $0.key, left: $0.left, right: $0.right) }
    }

    func seek(to key: [UInt8]) { diff.seek(to: key) }
}
