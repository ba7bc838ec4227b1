/// A natural end of which it is not yet known whether the rows behind it let it stand.
struct UncheckedEnd {
    let priority: UInt64
    /// The number of the next row to compare it with.
    var nextRow = 0

    init(_ priority: UInt64) { self.priority = priority }
}

/// A run of old nodes of one level whose rows, with changes among them, are being cut anew.
struct Region {
    private(set) var rows: RowBuffer
    private var chunker: Chunker
    /// At the first old node.
    private(set) var start: LevelPath?
    private(set) var startsLevel: Bool
    var unchecked: UncheckedEnd?

    /// The old node whose rows are coming in.
    private(set) var place = LevelPath.Place(
        hash: Node.empty.hash, isNatural: false, lastKey: [], isFirst: true, isLast: true)
    private var old: Node?
    /// The index of its next row to come in.
    private var oldIndex = 0
    /// Old nodes that came in and whose ends no new cut has passed yet.
    private var passed = Queue<LevelPath.Place>()

    /// The number of the last row that is new or behind which one went; −1 for none.
    private var lastDirtyRow = -1
    private var hasEmitted = false
    /// The end of the last new node, if it is an old end too and all behind it is as it was.
    private var lastMet: (key: [UInt8], row: Int)?

    private let freshChunker: Chunker
    private let emptyRows: RowBuffer

    init(_ chunking: Chunking, level: Int, keyHash: KeyHash, start: LevelPath?, startsLevel: Bool) {
        freshChunker = Chunker(chunking, level: level, keyHash: keyHash)
        emptyRows = RowBuffer(level: level, keyHash: keyHash)
        chunker = freshChunker
        rows = emptyRows
        self.start = start
        self.startsLevel = startsLevel
    }

    var isDirty: Bool { lastDirtyRow >= 0 }

    /// The end that the new cuts and the old ones have in common, if nothing behind it has changed so far.
    var metKey: [UInt8]? {
        guard let lastMet, lastMet.row >= lastDirtyRow else { return nil }
        return lastMet.key
    }

    /// Nothing of the level is outside.
    var isWholeLevel: Bool { startsLevel && !hasEmitted && place.isLast }

    /// The only row, as a reference to a child.
    var soleChild: ChildRow? {
        guard rows.next - rows.first == 1 else { return nil }
        return rows.withRow(rows.first) { _, payload in ChildRow(payload) }
    }

    /// The old node that came in last ended naturally, and its last row is still the last.
    var endsNaturally: Bool {
        place.isNatural && !rows.isEmpty && rows.key(rows.next - 1) == place.lastKey
    }

    mutating func enter(_ node: Node, _ place: LevelPath.Place) {
        self.place = place
        old = node
        oldIndex = 0
        if !place.lastKey.isEmpty { passed.append(place) }
    }

    /// Takes the old rows before a change, then the change.
    ///
    /// - Returns: whether it is a change at all.
    mutating func merge(_ change: TreeChange, _ rules: ChangeRules, _ counts: inout Applied) throws(TreeError) -> Bool {
        var current: ArraySlice<UInt8>?
        if let old {
            let place = change.key.withUnsafeBytes { old.lowerBound($0) }
            take(upTo: place.index)
            if place.isEqual { current = old.bytes[place.payload] }
        }
        if let current, let value = change.value, try rules.keeps(current, over: value) {
            counts.unchanged += 1
            return false
        }
        guard let value = change.value else {
            guard current != nil else {
                counts.unchanged += 1
                return false
            }
            oldIndex += 1
            lastDirtyRow = rows.next
            counts.removed += 1
            return true
        }
        if current != nil {
            oldIndex += 1
            counts.changed += 1
        } else {
            counts.added += 1
        }
        lastDirtyRow = rows.next
        change.key.withUnsafeBytes { key in value.withUnsafeBytes { rows.append(key, $0) } }
        return true
    }

    /// Takes the remaining rows of the old node.
    mutating func takeRest() { take(upTo: old?.count ?? 0) }

    private mutating func take(upTo index: Int) {
        guard let old, oldIndex < index else { return }
        rows.append(old, oldIndex..<index)
        oldIndex = index
    }

    mutating func scan() { chunker.scan(rows) }

    mutating func nextCut(isEnd: Bool) -> Chunker.Cut? { chunker.next(rows, isEnd: isEnd) }

    mutating func cutsToNaturalEnd() -> [Chunker.Cut] { chunker.cuts(toNaturalEndOf: rows) }

    /// A new node, and the rows of the level above that it replaces.
    struct Emitted {
        let node: Node
        let key: [UInt8]
        /// `nil` if the same node was there before.
        let row: ChildRow?
        /// Old ends before the new one.
        let gone: [[UInt8]]
    }

    mutating func emit(_ cut: Chunker.Cut) throws(TreeError) -> Emitted {
        let key = rows.key(cut.row)
        let (node, summary) = try rows.node(through: cut.row)
        var gone: [[UInt8]] = []
        while let old = passed.first, Bytes.isLess(old.lastKey, key) {
            gone.append(old.lastKey)
            passed.removeFirst()
        }
        var row: ChildRow? = ChildRow(isNatural: cut.isNatural, hash: node.hash, summary: summary)
        lastMet = nil
        if let old = passed.first, old.lastKey == key {
            passed.removeFirst()
            lastMet = (key, cut.row)
            if old.hash == node.hash, old.isNatural == cut.isNatural { row = nil }
        }
        rows.drop(through: cut.row)
        hasEmitted = true
        return Emitted(node: node, key: key, row: row, gone: gone)
    }

    /// The old ends behind the last new one.
    mutating func goneAtEnd() -> [[UInt8]] {
        defer { passed.removeAll() }
        return passed.all.map(\.lastKey)
    }

    /// Puts old nodes in front; nothing has been cut yet.
    mutating func prepend(_ nodes: [(node: Node, place: LevelPath.Place)], start: LevelPath, startsLevel: Bool) {
        var all = emptyRows
        for (node, _) in nodes { all.append(node, 0..<node.count) }
        if lastDirtyRow >= 0 { lastDirtyRow += all.next }
        all.append(rows)
        rows = all
        chunker = freshChunker
        passed.prepend(nodes.map(\.place))
        self.start = start
        self.startsLevel = startsLevel
    }
}
