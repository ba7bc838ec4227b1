/// Writes the bytes of a node, row by row, in ascending order of keys.
struct NodeWriter {
    private let level: Int
    private var bytes: GrowingBytes
    private var restarts: [UInt32] = []
    private var count = 0
    private(set) var summary = Summary()

    /// - Parameter scratch: room to write in, emptied first; `finish` gives it back.
    init(level: Int, in scratch: consuming GrowingBytes = GrowingBytes()) {
        self.level = level
        bytes = scratch
        bytes.removeAll()
        let header: [UInt8] = [Node.format, UInt8(level), 0, 0, 0, 0, 0, 0]
        header.withUnsafeBytes { bytes.append($0) }
    }

    /// Adds a row.
    ///
    /// - Parameter previous: the key of the row before, which this one's is greater than.
    mutating func append(
        _ key: UnsafeRawBufferPointer, after previous: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer
    ) throws(TreeError) {
        var shared = 0
        if count % Node.restartInterval == 0 {
            restarts.append(UInt32(bytes.count))
        } else {
            shared = Bytes.sharedPrefix(previous, key)
        }
        count += 1
        bytes.appendVarint(UInt64(shared))
        bytes.appendVarint(UInt64(key.count - shared))
        bytes.appendVarint(UInt64(payload.count))
        bytes.append(UnsafeRawBufferPointer(rebasing: key[shared...]), payload)
        if level == 0 {
            guard let entry = EntryLayout(payload) else { throw TreeError.corruptEntry(reason: "no identity section") }
            summary.add(Summary(entries: 1, bytes: entry.size))
        } else {
            guard let child = ChildRow(payload) else { throw TreeError.corruptEntry(reason: "not an inner row") }
            summary.add(child.summary)
        }
    }

    /// The node, and the room it was written in.
    consuming func finish() -> (node: Node, scratch: GrowingBytes) {
        let rowsEnd = bytes.count
        for restart in restarts { bytes.append(restart) }
        bytes.overwrite(at: 4, with: UInt32(count))
        return (Node(built: bytes.array, level: level, count: count, rowsEnd: rowsEnd), bytes)
    }
}
