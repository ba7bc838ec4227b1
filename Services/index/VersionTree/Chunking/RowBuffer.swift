/// Rows of one level on their way into new nodes, numbered from 0 as they come in.
struct RowBuffer {
    struct Row {
        /// Where its key begins, counted over all bytes ever buffered; the payload follows the key.
        let start: Int
        let keyCount: Int
        let payloadCount: Int
        /// `KeyHash.base` of the key.
        let hash: UInt64
        /// The weight of this and all rows before it.
        let end: Int
    }

    /// What a row weighs beside its key and value: its lengths in a leaf; its lengths, child's hash and sums elsewhere, so
    /// that the weight of an inner row depends on its key alone.
    static let leafRowBytes = 4
    static let innerRowBytes = 48

    let level: Int
    private let keyHash: KeyHash
    private var bytes = GrowingBytes()
    private var bytesDropped = 0
    private var rows: [Row] = []
    private var rowsDropped = 0
    private var scratch = GrowingBytes()
    /// The weight of all rows that ever came in.
    private(set) var end = 0

    init(level: Int, keyHash: KeyHash) {
        self.level = level
        self.keyHash = keyHash
    }

    /// The number of the first row that is still here.
    private(set) var first = 0
    /// The weight of the rows that were let go.
    private(set) var droppedEnd = 0
    /// The weight of the rows that are here.
    var weight: Int { end - droppedEnd }
    /// The number the next row will have.
    var next: Int { rowsDropped + rows.count }
    var isEmpty: Bool { first == next }

    subscript(number: Int) -> Row { rows[number - rowsDropped] }

    mutating func append(_ key: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) {
        end += key.count + (level == 0 ? payload.count + Self.leafRowBytes : Self.innerRowBytes)
        rows.append(
            Row(
                start: bytesDropped + bytes.count, keyCount: key.count, payloadCount: payload.count,
                hash: keyHash.base(key), end: end))
        bytes.append(key, payload)
    }

    /// Appends rows of a node of this level.
    mutating func append(_ node: Node, _ range: Range<Int>) {
        node.forEachRow(range) { key, payload in append(key, payload) }
    }

    /// Appends the rows of another buffer of the same level.
    mutating func append(_ other: RowBuffer) {
        for number in other.first..<other.next {
            other.withRow(number) { key, payload in append(key, payload) }
        }
    }

    func withRow<Result>(
        _ number: Int, _ body: (_ key: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let row = self[number]
        return bytes.withUnsafeBytes { bytes in
            let start = row.start - bytesDropped
            let middle = start + row.keyCount
            return body(
                UnsafeRawBufferPointer(rebasing: bytes[start..<middle]),
                UnsafeRawBufferPointer(rebasing: bytes[middle..<middle + row.payloadCount]))
        }
    }

    func key(_ number: Int) -> [UInt8] { withRow(number) { key, _ in Array(key) } }

    /// Writes the rows to and including `last` into a node.
    mutating func node(through last: Int) throws(TreeError) -> (node: Node, summary: Summary) {
        var writer = NodeWriter(level: level, in: scratch)
        scratch = GrowingBytes()
        let outcome: Result<Void, TreeError> = bytes.withUnsafeBytes { bytes in
            var previous = UnsafeRawBufferPointer(start: nil, count: 0)
            for number in first...last {
                let row = self[number]
                let start = row.start - bytesDropped
                let middle = start + row.keyCount
                let key = UnsafeRawBufferPointer(rebasing: bytes[start..<middle])
                let payload = UnsafeRawBufferPointer(rebasing: bytes[middle..<middle + row.payloadCount])
                do throws(TreeError) { try writer.append(key, after: previous, payload) } catch {
                    return .failure(error)
                }
                previous = key
            }
            return .success(())
        }
        try outcome.get()
        let summary = writer.summary
        let (node, scratch) = writer.finish()
        self.scratch = scratch
        return (node, summary)
    }

    /// Lets the rows to and including `last` go.
    mutating func drop(through last: Int) {
        droppedEnd = self[last].end
        first = last + 1
        // Moving the rest to the front costs no more than what was dropped.
        guard first - rowsDropped > rows.count / 2 else { return }
        let keptFrom = first < next ? self[first].start : bytesDropped + bytes.count
        rows.removeFirst(first - rowsDropped)
        rowsDropped = first
        bytes.removeFirst(keptFrom - bytesDropped)
        bytesDropped = keptFrom
    }
}
