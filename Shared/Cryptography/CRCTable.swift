/// The tables that let a reflected CRC take sixteen bytes at a time.
struct CRCTable<Word: FixedWidthInteger & UnsignedInteger & Sendable>: @unchecked Sendable {
    /// Sixteen tables of 256 words, table after table; written once, here, and never freed: tables are static.
    let words: UnsafePointer<Word>
    /// The polynomial, lowest power in the highest bit.
    let polynomial: Word

    init(polynomial: Word) {
        self.polynomial = polynomial
        let words = UnsafeMutablePointer<Word>.allocate(capacity: 16 * 256)
        for byte in 0..<256 {
            var word = Word(byte)
            for _ in 0..<8 {
                word = word & 1 == 1 ? word >> 1 ^ polynomial : word >> 1
            }
            words[byte] = word
        }
        for index in 256..<16 * 256 {
            let previous = words[index - 256]
            words[index] = previous >> 8 ^ words[Int(truncatingIfNeeded: previous & 0xFF)]
        }
        self.words = UnsafePointer(words)
    }

    /// The register after `bytes`, without the inversions before and after.
    @inline(__always)
    func advanced(_ register: Word, over bytes: UnsafeRawBufferPointer) -> Word {
        guard var pointer = bytes.baseAddress else { return register }
        var register = register
        var left = bytes.count
        while left >= 16 {
            let low = pointer.loadUnaligned(as: UInt64.self).littleEndian ^ UInt64(register)
            let high = pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
            register = looked(up: low, from: 15) ^ looked(up: high, from: 7)
            pointer += 16
            left -= 16
        }
        while left > 0 {
            let byte = UInt8(truncatingIfNeeded: register) ^ pointer.load(as: UInt8.self)
            register = register >> 8 ^ words[Int(byte)]
            pointer += 1
            left -= 1
        }
        return register
    }

    /// What eight bytes add when the first of them lies `table` bytes before the end of the block.
    @inline(__always)
    private func looked(up value: UInt64, from table: Int) -> Word {
        @inline(__always) func word(_ index: Int) -> Word {
            words[(table - index) << 8 | Int(value >> UInt64(8 * index) & 0xFF)]
        }
        return word(0) ^ word(1) ^ word(2) ^ word(3) ^ word(4) ^ word(5) ^ word(6) ^ word(7)
    }

    /// The CRC of two texts in a row from the CRC of each.
    func combined(_ first: Word, _ second: Word, secondBytes: UInt64) -> Word {
        // Appending n bytes multiplies the first text's remainder by x^(8n).
        var power = Word(1) << (Word.bitWidth - 1)
        var square = power >> 8
        var bytes = secondBytes
        while bytes > 0 {
            if bytes & 1 == 1 { power = product(power, square) }
            square = product(square, square)
            bytes >>= 1
        }
        return product(first, power) ^ second
    }

    /// The product of two reflected polynomials modulo the CRC's.
    private func product(_ left: Word, _ right: Word) -> Word {
        var (result, factor, bits): (Word, Word, Word) = (0, left, right)
        while bits != 0 {
            if bits & (1 << (Word.bitWidth - 1)) != 0 { result ^= factor }
            bits <<= 1
            factor = factor & 1 == 1 ? factor >> 1 ^ polynomial : factor >> 1
        }
        return result
    }
}
