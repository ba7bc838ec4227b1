/// How the sequence of entries is cut into nodes. One for a repository, for ever: with another, the same entries would
/// make another tree.
package struct Chunking: Sendable, Hashable {
    /// Random for each repository, so that nobody can choose keys for the cuts they make.
    package let salt: Salt
    /// Half of the mean weight of a node, in bytes: no two cuts are closer than this.
    package let windowBytes: Int
    /// No node is heavier than this, in bytes, unless by its one last row.
    package let maxBytes: Int

    /// The sizes that every repository uses; `design/0003-tree.md` has the measurements that chose them.
    package static let defaultWindowBytes = 8 * 1_024
    package static let defaultMaxBytes = 8 * defaultWindowBytes

    /// - Parameter maxBytes: at least two windows.
    package init(
        salt: Salt, windowBytes: Int = Chunking.defaultWindowBytes, maxBytes: Int = Chunking.defaultMaxBytes
    ) {
        precondition(windowBytes > 0 && maxBytes >= 2 * windowBytes, "impossible node sizes")
        self.salt = salt
        self.windowBytes = windowBytes
        self.maxBytes = maxBytes
    }
}
