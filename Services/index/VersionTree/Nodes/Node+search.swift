/// Where a search in a node ended.
struct RowPlace {
    /// Of the first row whose key is not less than the one searched for; the number of rows if there is none.
    let index: Int
    /// Its key is the one searched for.
    let isEqual: Bool
    let payload: Range<Int>
}

extension Node {
    /// Finds the first row whose key is not less than `key`, reading only what the search touches.
    func lowerBound(_ key: UnsafeRawBufferPointer) -> RowPlace {
        bytes.withUnsafeBytes { bytes in
            var low = 0
            var high = restartCount
            // The last restart whose key is not greater than the key; the rows before it are all less.
            while low < high {
                let middle = (low + high) / 2
                var offset = restartOffset(middle, bytes)
                guard let row = NodeRow(bytes, &offset) else { break }
                let order = Bytes.compare(UnsafeRawBufferPointer(rebasing: bytes[row.suffix]), key)
                if order == 0 {
                    return RowPlace(index: middle * Self.restartInterval, isEqual: true, payload: row.payload)
                }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return scan(from: max(0, low - 1), key, bytes)
        }
    }

    /// Goes row by row without ever putting a key together: knowing how many bytes the key before had in common with the
    /// one searched for, and that it was less, tells most rows' order from their shared length alone.
    private func scan(
        from restart: Int, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
    ) -> RowPlace {
        var index = restart * Self.restartInterval
        guard index < count else { return RowPlace(index: count, isEqual: false, payload: 0..<0) }
        var offset = restartOffset(restart, bytes)
        var matched = 0
        while index < count, let row = NodeRow(bytes, &offset) {
            if index % Self.restartInterval == 0 { matched = 0 }
            if row.shared < matched { return RowPlace(index: index, isEqual: false, payload: row.payload) }
            if row.shared == matched {
                let suffix = UnsafeRawBufferPointer(rebasing: bytes[row.suffix])
                let rest = UnsafeRawBufferPointer(rebasing: key[matched...])
                let common = Bytes.sharedPrefix(suffix, rest)
                if common == rest.count {
                    return RowPlace(index: index, isEqual: common == suffix.count, payload: row.payload)
                }
                if common < suffix.count, suffix[common] > rest[common] {
                    return RowPlace(index: index, isEqual: false, payload: row.payload)
                }
                matched += common
            }
            index += 1
        }
        return RowPlace(index: count, isEqual: false, payload: 0..<0)
    }

    @inline(__always)
    func restartOffset(_ restart: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: rowsEnd + 4 * restart, as: UInt32.self)))
    }

    /// The payload of an inner row. Its form was checked when the node was made.
    @inline(__always)
    func child(at payload: Range<Int>) -> ChildRow? {
        bytes.withUnsafeBytes { ChildRow(UnsafeRawBufferPointer(rebasing: $0[payload])) }
    }
}

extension Node {
    /// Visits the payloads of some rows without putting their keys together.
    func forEachPayload(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard !range.isEmpty else { return }
        bytes.withUnsafeBytes { bytes in
            var index = range.lowerBound / Self.restartInterval * Self.restartInterval
            var offset = restartOffset(index / Self.restartInterval, bytes)
            while index < min(range.upperBound, count), let row = NodeRow(bytes, &offset) {
                if index >= range.lowerBound { body(UnsafeRawBufferPointer(rebasing: bytes[row.payload])) }
                index += 1
            }
        }
    }

    /// Visits some rows.
    @inline(__always)
    func forEachRow(
        _ range: Range<Int>, _ body: (_ key: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) -> Void
    ) {
        guard !range.isEmpty, range.upperBound <= count else { return }
        withUnsafeTemporaryAllocation(byteCount: Limits.maxKeyBytes, alignment: 8) { key in
            bytes.withUnsafeBytes { bytes in
                var index = range.lowerBound / Self.restartInterval * Self.restartInterval
                var offset = restartOffset(index / Self.restartInterval, bytes)
                while index < range.upperBound, let row = NodeRow(bytes, &offset) {
                    // The form was checked when the node was made: no key is longer than the greatest length.
                    let end = row.shared + row.suffix.count
                    UnsafeMutableRawBufferPointer(rebasing: key[row.shared..<end])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[row.suffix]))
                    if index >= range.lowerBound {
                        body(
                            UnsafeRawBufferPointer(rebasing: key[..<end]),
                            UnsafeRawBufferPointer(rebasing: bytes[row.payload]))
                    }
                    index += 1
                }
            }
        }
    }
}
