/// The content-addressed search trees of one repository: from key to encoded entry, each named by the hash of its root.
///
/// A value; everything it does is pure but for loading and saving nodes. Whatever is not in the cache is awaited,
/// everything else runs through without a pause.
package struct Tree: Sendable {
    /// The tree of nothing. No store needs to have its node.
    package static let emptyRoot = Node.empty.hash

    package let nodes: NodeSource
    package let chunking: Chunking

    package init(nodes: NodeSource, chunking: Chunking) {
        self.nodes = nodes
        self.chunking = chunking
    }
}
