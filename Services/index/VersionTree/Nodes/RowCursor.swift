/// Stands on a row of a node, with its key put together.
struct RowCursor {
    let node: Node
    /// Of the row; the number of rows when the cursor is past the last one.
    private(set) var index = 0
    /// The whole key of the row.
    private(set) var key: [UInt8] = []
    /// Where its payload is in the node's bytes.
    private(set) var payload = 0..<0
    private var nextOffset = Node.headerBytes

    /// On the first row.
    init(_ node: Node) {
        self.node = node
        load()
    }

    /// On the first row whose key is not less than `key`.
    init(_ node: Node, atLeast key: [UInt8]) {
        self.init(node, at: key.withUnsafeBytes { node.lowerBound($0).index })
    }

    /// On the row of this index.
    init(_ node: Node, at index: Int) {
        self.node = node
        move(to: index)
    }

    /// Not past the last row.
    var isValid: Bool { index < node.count }

    mutating func advance() {
        index += 1
        load()
    }

    /// Goes to the next row; `false`, and stays, if this is the last.
    mutating func advanceInside() -> Bool {
        guard index + 1 < node.count else { return false }
        advance()
        return true
    }

    mutating func move(to target: Int) {
        guard target < node.count else {
            index = node.count
            return
        }
        let restart = target / Node.restartInterval
        index = restart * Node.restartInterval
        nextOffset = node.bytes.withUnsafeBytes { node.restartOffset(restart, $0) }
        load()
        while index < target { advance() }
    }

    private mutating func load() {
        guard index < node.count else { return }
        var offset = nextOffset
        payload = node.bytes.withUnsafeBytes { bytes in
            // The form was checked when the node was made, so this is never nil.
            guard let row = NodeRow(bytes, &offset) else { return 0..<0 }
            key.replaceSubrange(row.shared..., with: UnsafeRawBufferPointer(rebasing: bytes[row.suffix]))
            return row.payload
        }
        nextOffset = offset
    }

    /// The payload, in place.
    var value: ArraySlice<UInt8> { node.bytes[payload] }

    /// The payload of an inner row.
    var child: ChildRow? { node.child(at: payload) }
}

extension RowCursor {
    /// How many of the rows that follow are the same, byte for byte, as those that follow in another node where a cursor
    /// stands on the same key.
    func sameRowsAhead(_ other: RowCursor) -> Int {
        node.bytes.withUnsafeBytes { left in
            other.node.bytes.withUnsafeBytes { right in
                let rows = UnsafeRawBufferPointer(rebasing: left[..<node.rowsEnd])
                let common = Bytes.sharedPrefix(
                    UnsafeRawBufferPointer(rebasing: rows[nextOffset...]),
                    UnsafeRawBufferPointer(rebasing: right[other.nextOffset..<other.node.rowsEnd]))
                let end = nextOffset + common
                var offset = nextOffset
                var count = 0
                while NodeRow(rows, &offset) != nil, offset <= end { count += 1 }
                return count
            }
        }
    }

    static func compareKeys(_ left: borrowing RowCursor, _ right: borrowing RowCursor) -> Int {
        left.key.withUnsafeBytes { left in right.key.withUnsafeBytes { Bytes.compare(left, $0) } }
    }

    static func hasEqualPayloads(_ left: borrowing RowCursor, _ right: borrowing RowCursor) -> Bool {
        left.node.bytes.withUnsafeBytes { leftBytes in
            right.node.bytes.withUnsafeBytes { rightBytes in
                Bytes.compare(
                    UnsafeRawBufferPointer(rebasing: leftBytes[left.payload]),
                    UnsafeRawBufferPointer(rebasing: rightBytes[right.payload])) == 0
            }
        }
    }
}
