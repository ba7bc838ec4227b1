/// Arithmetic on keys as bytes.
enum KeyBytes {
    /// Where to begin below `head` so that only keys behind `marker` come; nil where all of them come before it.
    static func after(_ marker: [UInt8], below head: [UInt8]) -> [UInt8]? {
        if marker.starts(with: head) { return Array(marker[head.count...]) }
        return marker.lexicographicallyPrecedes(head) ? [] : nil
    }

    /// What a path must begin with so that a delimiter that begins in its `head`, at `start` or behind it, ends in the path; nil
    /// where none begins there.
    static func tail(of delimiter: [UInt8], begunIn head: [UInt8], from start: Int) -> [UInt8]? {
        guard let slash = delimiter.firstIndex(of: UInt8(ascii: "/")), slash + 1 < delimiter.count,
            head.count - 1 - slash >= start, head.suffix(slash + 1).elementsEqual(delimiter[...slash])
        else { return nil }
        return Array(delimiter[(slash + 1)...])
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
