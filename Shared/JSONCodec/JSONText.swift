/// Scanning the text of strings, eight bytes at a time.
enum JSONText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first quote, backslash or control character at or behind `start`; the count of the bytes if there is none.
    static func special(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quotes = isZero(word ^ ones &* 0x22) | isZero(word ^ ones &* 0x5C)
            let found = quotes | (word &- ones &* 0x20) & ~word & tops
            // A byte that is not special may be marked, but only behind one that is.
            if found != 0 { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < bytes.count, !isSpecial(bytes[index]) { index += 1 }
        return index
    }

    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Marks the top bit of each byte that is zero.
    private static func isZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
}
