/// What became of changes that were applied to a tree.
package struct Applied: Sendable, Hashable {
    /// Of the tree as it is now; the old one where nothing changed.
    package var root: NodeHash
    /// Keys that were not there.
    package var added = 0
    /// Keys whose entry is another now.
    package var changed = 0
    /// Keys that were there.
    package var removed = 0
    /// Changes that were none: an entry that was there already, a removed key that was not.
    package var unchanged = 0
    /// Nodes saved.
    package var nodesWritten = 0
    package var bytesWritten = 0

    package var hasChanges: Bool { added + changed + removed > 0 }
}

/// What becomes of an entry that is put where one of the same identity is.
package enum EqualIdentity: Sendable {
    /// The old one stays, as in a commit.
    case keepsOld
    /// The new one takes its place, unless every byte is the same, as in a working tree.
    case takesNew
}
