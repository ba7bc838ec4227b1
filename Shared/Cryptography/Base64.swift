/// Base 64 (RFC 4648), padded with the standard alphabet or unpadded with the one for URLs.
package enum Base64 {
    package enum Alphabet: Sendable {
        /// `+` and `/`, with padding.
        case standard
        /// `-` and `_`, without padding.
        case url
    }

    package static func encode(_ bytes: UnsafeRawBufferPointer, _ alphabet: Alphabet = .standard) -> String {
        let (whole, rest) = bytes.count.quotientAndRemainder(dividingBy: 3)
        let padded = alphabet == .standard
        let count = 4 * whole + (rest == 0 ? 0 : padded ? 4 : rest + 1)
        return String(unsafeUninitializedCapacity: count) { output in
            var (read, write) = (0, 0)
            func put(_ value: UInt32) {
                output[write] = letter(UInt8(truncatingIfNeeded: value & 63), alphabet)
                write += 1
            }
            for _ in 0..<whole {
                let group = UInt32(bytes[read]) << 16 | UInt32(bytes[read + 1]) << 8 | UInt32(bytes[read + 2])
                read += 3
                put(group >> 18)
                put(group >> 12)
                put(group >> 6)
                put(group)
            }
            if rest > 0 {
                let group = UInt32(bytes[read]) << 16 | (rest == 2 ? UInt32(bytes[read + 1]) << 8 : 0)
                put(group >> 18)
                put(group >> 12)
                if rest == 2 { put(group >> 6) }
            }
            while write < count {
                output[write] = 0x3D
                write += 1
            }
            return count
        }
    }

    package static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .standard) -> String {
        bytes.withUnsafeBytes { encode($0, alphabet) }
    }

    /// The bytes a text stands for; `nil` unless it is canonical.
    ///
    /// That is: no spaces, unused bits zero, padding as the alphabet has it.
    package static func decode(_ text: [UInt8], _ alphabet: Alphabet = .standard) -> [UInt8]? {
        var letters = text[...]
        if alphabet == .standard {
            guard text.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where letters.count > 0 {
                let last = letters.index(letters.startIndex, offsetBy: letters.count - 1)
                if letters[last] == 0x3D { letters = letters[..<last] }
            }
        }
        guard letters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var (bits, held): (UInt32, Int) = (0, 0)
        for letter in letters {
            guard let value = value(of: letter, alphabet) else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= 1 << UInt32(held) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    package static func decode(_ text: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        decode(Array(text), alphabet)
    }

    package static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        decode(Array(text.utf8), alphabet)
    }

    private static func letter(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0..<26: 0x41 + value
        case 26..<52: 0x61 + (value - 26)
        case 52..<62: 0x30 + (value - 52)
        case 62: alphabet == .standard ? 0x2B : 0x2D
        default: alphabet == .standard ? 0x2F : 0x5F
        }
    }

    private static func value(of letter: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch (letter, alphabet) {
        case (0x41...0x5A, _): letter - 0x41
        case (0x61...0x7A, _): letter - 0x61 + 26
        case (0x30...0x39, _): letter - 0x30 + 52
        case (0x2B, .standard), (0x2D, .url): 62
        case (0x2F, .standard), (0x5F, .url): 63
        default: nil
        }
    }
}
