/// Arithmetic on keys as bytes.
enum KeyBytes {
    /// Where to begin below `head` so that only keys behind `marker` come; nil where all of them come before it.
    static func after(_ marker: [UInt8], below head: [UInt8]) -> [UInt8]? {
        if marker.starts(with: head) { return Array(marker[head.count...]) }
        return marker.lexicographicallyPrecedes(head) ? [] : nil
    }

    /// The end of the first `delimiter` in `key` from `start` on.
    static func end(of delimiter: [UInt8], in key: [UInt8], from start: Int) -> Int? {
        guard !delimiter.isEmpty, key.count >= delimiter.count else { return nil }
        var index = start
        while index + delimiter.count <= key.count {
            if key[index..<(index + delimiter.count)].elementsEqual(delimiter) { return index + delimiter.count }
            index += 1
        }
        return nil
    }
}
