/// Writes the bytes of a node, row by row, in ascending order of keys.
struct NodeWriter {
    private let level: Int
    private var bytes: [UInt8]
    private var restarts: [UInt32] = []
    private var count = 0
    private(set) var summary = Summary()

    init(level: Int, reserving capacity: Int) {
        self.level = level
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(Node.format)
        bytes.append(UInt8(level))
        bytes.append(contentsOf: [0, 0, 0, 0, 0, 0] as [UInt8])
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
        Varint.append(UInt64(shared), to: &bytes)
        Varint.append(UInt64(key.count - shared), to: &bytes)
        Varint.append(UInt64(payload.count), to: &bytes)
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: key[shared...]))
        bytes.append(contentsOf: payload)
        if level == 0 {
            guard let entry = EntryLayout(payload) else { throw TreeError.corruptEntry(reason: "no identity section") }
            summary.add(Summary(entries: 1, bytes: entry.size))
        } else {
            guard let child = ChildRow(payload) else { throw TreeError.corruptEntry(reason: "not an inner row") }
            summary.add(child.summary)
        }
    }

    consuming func finish() -> Node {
        let rowsEnd = bytes.count
        for restart in restarts {
            withUnsafeBytes(of: restart.littleEndian) { bytes.append(contentsOf: $0) }
        }
        withUnsafeBytes(of: UInt32(count).littleEndian) { number in
            for index in 0..<4 { bytes[4 + index] = number[index] }
        }
        return Node(built: bytes, level: level, count: count, rowsEnd: rowsEnd)
    }
}
