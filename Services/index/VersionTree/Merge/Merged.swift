/// A key that source and destination changed in different ways since the base; `nil` where a side has none.
package struct MergeConflict: Sendable {
    package let key: [UInt8]
    package let base: EntryView?
    package let source: EntryView?
    package let destination: EntryView?
}

/// What settles a conflict.
package enum MergeSide: Sendable, Hashable {
    /// The side's version is taken, also where it has none.
    case source, destination
    /// The key is removed.
    case neither
}

/// What came of a merge.
package struct Merged: Sendable {
    /// The most conflicts that are listed.
    package static let maxConflictsListed = 10_000

    /// The merged tree and what changed in the destination; `nil` if there are conflicts that nobody settled.
    package var applied: Applied?
    /// The first of the conflicts nobody settled, in order of keys.
    package var conflicts: [MergeConflict] = []
    /// How many there are, listed or not.
    package var conflictCount = 0
    /// How many keys differ between base and source.
    package var sourceChanges = 0
}
