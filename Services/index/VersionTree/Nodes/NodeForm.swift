/// The frame of a node's bytes, after every one of them has been checked.
struct NodeForm {
    struct Flaw: Error {
        let reason: String
    }

    let level: Int
    let count: Int
    let rowsEnd: Int

    /// - Throws: a flaw for anything that `NodeWriter` would not have written: lengths that lead outside, keys out of order
    ///   or shared too little or too much, payloads that cannot be read, bytes left over.
    init(checking bytes: [UInt8]) throws(Flaw) {
        let outcome: Result<NodeForm, Flaw> = bytes.withUnsafeBytes { bytes in
            do throws(Flaw) { return .success(try NodeForm(bytes)) } catch { return .failure(error) }
        }
        self = try outcome.get()
    }

    private init(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        guard bytes.count >= Node.headerBytes, bytes[0] == Node.format, bytes[2] == 0, bytes[3] == 0 else {
            throw Flaw(reason: "unknown header")
        }
        level = Int(bytes[1])
        count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        guard level <= Limits.maxLevel, level == 0 || count > 0 else { throw Flaw(reason: "impossible level") }
        let restarts = (count + Node.restartInterval - 1) / Node.restartInterval
        rowsEnd = bytes.count - 4 * restarts
        guard rowsEnd >= Node.headerBytes else { throw Flaw(reason: "cut off") }

        let rows = UnsafeRawBufferPointer(rebasing: bytes[..<rowsEnd])
        var key: [UInt8] = []
        key.reserveCapacity(Limits.maxKeyBytes)
        var offset = Node.headerBytes
        for index in 0..<count {
            let isRestart = index % Node.restartInterval == 0
            if isRestart {
                let place = rowsEnd + 4 * (index / Node.restartInterval)
                guard UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)) == offset else {
                    throw Flaw(reason: "a restart is not where the table says")
                }
            }
            guard let row = NodeRow(rows, &offset) else { throw Flaw(reason: "a row is cut off") }
            try Self.check(row, rows, after: &key, isFirst: index == 0, isRestart: isRestart)
            let payload = UnsafeRawBufferPointer(rebasing: rows[row.payload])
            guard level == 0 ? EntryLayout(payload) != nil : ChildRow(payload) != nil else {
                throw Flaw(reason: "a payload cannot be read")
            }
        }
        guard offset == rowsEnd else { throw Flaw(reason: "bytes left over") }
    }

    /// Checks that a row's key is in order and shares just what it has in common with the one before, which it replaces.
    private static func check(
        _ row: NodeRow, _ rows: UnsafeRawBufferPointer, after key: inout [UInt8], isFirst: Bool, isRestart: Bool
    ) throws(Flaw) {
        let suffix = UnsafeRawBufferPointer(rebasing: rows[row.suffix])
        guard row.shared <= key.count, !suffix.isEmpty, row.shared + suffix.count <= Limits.maxKeyBytes else {
            throw Flaw(reason: "impossible key length")
        }
        if isRestart {
            guard row.shared == 0, isFirst || Bytes.isLess(key, suffix) else {
                throw Flaw(reason: "keys out of order")
            }
        } else {
            guard row.shared == key.count || key[row.shared] < suffix[0] else {
                throw Flaw(reason: "keys out of order")
            }
        }
        key.removeLast(key.count - row.shared)
        key.append(contentsOf: suffix)
    }
}
