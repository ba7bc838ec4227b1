/// One of the two trees of a diff: a place in it that may be a whole subtree not looked into yet.
struct DiffSide {
    /// From the root's row down; the last is where it stands. Empty at the end.
    private(set) var rows: [RowCursor] = []
    /// Keys below this are of no interest.
    private var start: [UInt8]
    /// Nor are keys from this on.
    private let end: [UInt8]?

    init(_ root: Node, from start: [UInt8], to end: [UInt8]?) {
        self.start = start
        self.end = end
        let row = RowCursor(root, atLeast: start)
        if row.isValid { rows.append(row) }
        stopAtEnd()
    }

    /// Of the node whose row it is; `nil` at the end.
    var level: Int? { rows.isEmpty ? nil : rows[rows.count - 1].node.level }

    /// What the row refers to, unless it is one of a leaf.
    var child: NodeHash? {
        guard let level, level > 0 else { return nil }
        return rows[rows.count - 1].child?.hash
    }

    /// Goes behind the row, whatever is below it.
    mutating func advance() {
        guard !rows.isEmpty else { return }
        // All that follows is greater than this row's last key.
        if let end, !Bytes.isLess(rows[rows.count - 1].key, end) { return rows.removeAll() }
        while !rows.isEmpty {
            let top = rows.count - 1
            if rows[top].index + 1 < rows[top].node.count {
                rows[top].advance()
                return stopAtEnd()
            }
            rows.removeLast()
        }
    }

    /// Goes from a row to the first row of its child that is of interest.
    mutating func descend(_ child: Node) {
        let row = RowCursor(child, atLeast: start)
        if row.isValid {
            rows.append(row)
            stopAtEnd()
        } else {
            advance()
        }
    }

    private mutating func stopAtEnd() {
        guard let end, level == 0, !Bytes.isLess(rows[rows.count - 1].key, end) else { return }
        rows.removeAll()
    }

    /// Goes forward to the first key that is not less than `key`.
    mutating func seek(to key: [UInt8]) {
        guard Bytes.isLess(start, key) else { return }
        start = key
        guard let row = rows.last, Bytes.isLess(row.key, key) else { return }
        while rows.count > 1, Bytes.isLess(rows[rows.count - 2].key, key) { rows.removeLast() }
        guard let node = rows.popLast()?.node else { return }
        let found = RowCursor(node, atLeast: key)
        guard found.isValid else { return rows.removeAll() }
        rows.append(found)
        stopAtEnd()
    }

    /// The entry where it stands; it goes behind it.
    mutating func take() -> (key: [UInt8], entry: EntryView)? {
        guard let row = rows.last else { return nil }
        advance()
        return (row.key, EntryView(row.value))
    }
}

/// Both sides stand on entries.
extension DiffSide {
    static func compareKeys(_ left: borrowing DiffSide, _ right: borrowing DiffSide) -> Int {
        RowCursor.compareKeys(left.rows[left.rows.count - 1], right.rows[right.rows.count - 1])
    }

    /// Whether two entries of the same key are the same bytes. If so, both sides go behind them and all that follow in
    /// their leaves and are the same, too.
    static func skipEqual(_ left: inout DiffSide, _ right: inout DiffSide) -> Bool {
        let (leftTop, rightTop) = (left.rows.count - 1, right.rows.count - 1)
        guard RowCursor.hasEqualPayloads(left.rows[leftTop], right.rows[rightTop]) else { return false }
        let count = left.rows[leftTop].sameRowsAhead(right.rows[rightTop])
        if count > 0 {
            left.rows[leftTop].move(to: left.rows[leftTop].index + count)
            right.rows[rightTop].move(to: right.rows[rightTop].index + count)
        }
        left.advance()
        right.advance()
        return true
    }
}

extension DiffSide {
    /// The hashes of children to look into, from here on in this node.
    ///
    /// - Parameter other: what the other tree has, too, need not be looked into.
    func next(_ amount: Int, notIn other: DiffSide) -> [NodeHash] {
        guard var row = rows.last, !row.node.isLeaf else { return [] }
        let level = row.node.level
        let known = other.rows.first { $0.node.level == level }?.node.childHashes ?? []
        var hashes: [NodeHash] = []
        while row.isValid, hashes.count < amount, let child = row.child {
            if !known.contains(child.hash) { hashes.append(child.hash) }
            if let end, !Bytes.isLess(row.key, end) { break }
            row.advance()
        }
        return hashes
    }
}

extension Node {
    var childHashes: Set<NodeHash> {
        var hashes: Set<NodeHash> = []
        guard !isLeaf else { return hashes }
        forEachPayload(0..<count) { payload in
            if let child = ChildRow(payload) { hashes.insert(child.hash) }
        }
        return hashes
    }
}
