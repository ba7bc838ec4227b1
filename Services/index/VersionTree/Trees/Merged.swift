/// A key that source and destination changed in different ways since the base; `nil` where a side has none.
package struct MergeConflict: Sendable {
    package let key: [UInt8]
    package let base: EntryView?
    package let source: EntryView?
    package let destination: EntryView?
}

/// Which side a conflict goes to.
package enum MergeSide: Sendable, Hashable { case source, destination }

/// What came of a merge.
package enum Merged: Sendable {
    /// The merged tree and what changed in the destination.
    case tree(Applied)
    /// Nothing was made. At most `maxConflictsListed` of the conflicts, in order of keys, and how many there are.
    case conflicts([MergeConflict], total: Int)

    package static let maxConflictsListed = 10_000
}
