/// The keys from one on and before another.
struct KeyRange: Sendable {
    /// Inclusive.
    let first: [UInt8]
    /// Exclusive.
    let end: [UInt8]

    /// One key.
    init(key: [UInt8]) {
        first = key
        // No key is between a key and the same key with a zero byte.
        end = key + [0]
    }

    /// All keys that begin with it.
    init(prefix: [UInt8]) {
        first = prefix
        end = NameRange.end(ofPrefix: prefix)
    }
}

extension ChangeSource {
    /// Which of some ranges hold a change: their places. Leaps from range to range, and within one reads one change.
    ///
    /// - Parameter ranges: in order of keys, none within another.
    func touched(_ ranges: some RandomAccessCollection<KeyRange>) async throws -> Set<Int> {
        var touched: Set<Int> = []
        var place = 0
        var rest = ranges[...]
        while let range = rest.first {
            try await seek(to: range.first)
            guard let change = try await next() else { break }
            while let range = rest.first, !change.key.lexicographicallyPrecedes(range.end) {
                rest = rest.dropFirst()
                place += 1
            }
            if let range = rest.first, !change.key.lexicographicallyPrecedes(range.first) {
                touched.insert(place)
                rest = rest.dropFirst()
                place += 1
            }
        }
        return touched
    }
}
