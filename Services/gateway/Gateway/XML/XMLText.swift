/// Scanning text for what XML cannot hold as it is, eight bytes at a time.
enum XMLText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first byte to escape at or behind `start`; the count of the text if there is none.
    static func special(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(text)
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // '<' and '>' differ in one bit.
            let brackets = isZero(word & ~(ones &* 0x02) ^ ones &* 0x3C)
            let others = isZero(word ^ ones &* 0x26) | isZero(word ^ ones &* 0x22) | isZero(word ^ ones &* 0x7F)
            let found = brackets | others | (word &- ones &* 0x20) & ~word & tops
            // A byte that needs no escape may be marked, but only behind one that does.
            if found != 0 { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < text.count, !isSpecial(text[index]) { index += 1 }
        return index
    }

    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"") || byte == 0x7F
    }

    /// Marks the top bit of each byte that is zero.
    private static func isZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
}
