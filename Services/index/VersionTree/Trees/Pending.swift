extension Tree {
    package func get(_ root: NodeHash, _ key: [UInt8]) async throws -> EntryView? { throw TreeError.missingNode(root) }

    /// Same, without waiting: `.notCached` where a node would have to be loaded.
    package func getCached(_ root: NodeHash, _ key: [UInt8]) throws -> CachedLookup { .notCached }

    /// Many keys in few round trips; answers in the order of keys.
    package func get(_ root: NodeHash, _ keys: [[UInt8]]) async throws -> [EntryView?] {
        throw TreeError.missingNode(root)
    }

    /// A cursor before which nothing has been read; `seek` it first.
    package func cursor(_ root: NodeHash) -> TreeCursor { TreeCursor() }

    /// Keys from `after` (exclusive) on that begin with `prefix`, where the two trees differ in identity.
    package func diff(_ left: NodeHash, _ right: NodeHash, prefix: [UInt8] = [], after: [UInt8]? = nil) -> TreeDiff {
        TreeDiff()
    }

    /// For each change base→source, looks at the destination. Conflicts go where `resolve` says; where it says `nil`, the
    /// merge fails with the list.
    package func merge(
        base: NodeHash, source: NodeHash, into destination: NodeHash,
        resolve: (MergeConflict) throws -> MergeSide? = { _ in nil }
    ) async throws -> Merged { throw TreeError.missingNode(base) }

    /// Entries and bytes below a prefix.
    package func summary(_ root: NodeHash, prefix: [UInt8] = []) async throws -> Summary {
        throw TreeError.missingNode(root)
    }

    /// Every node that `root` reaches, parents first (not the empty root). `enter` answers whether to go on below it.
    package func walk(_ root: NodeHash, enter: (NodeHash, _ level: Int) async throws -> Bool) async throws {}

    /// Every leaf's entries; `enter` answers whether a node (leaf or not) need be read.
    package func scan(
        _ root: NodeHash, enter: (NodeHash, _ level: Int) async throws -> Bool,
        entry: (_ key: [UInt8], EntryView) async throws -> Void
    ) async throws {}
}

package enum CachedLookup: Sendable {
    case found(EntryView)
    case absent
    case notCached
}

/// Goes over a tree in order of keys.
package final class TreeCursor: OverlaySource {
    package var key: [UInt8]? { nil }
    package var value: ArraySlice<UInt8>? { nil }
    package func seek(to key: [UInt8]) async throws {}
    package func advance() async throws {}
    package func advanceIfReady() -> Bool { false }
}

/// The rows of a diff, pulled one by one.
package final class TreeDiff {
    package func next() async throws -> DiffRow? { nil }
    /// Goes on at the first row whose key is not less than `key`. Only forward.
    package func seek(to key: [UInt8]) {}
}
