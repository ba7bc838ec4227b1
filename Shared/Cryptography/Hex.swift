/// Hexadecimal digits.
package enum Hex {
    /// Two lower-case digits a byte.
    package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { output in
            encode(bytes, into: UnsafeMutableRawBufferPointer(output))
            return 2 * bytes.count
        }
    }

    package static func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { encode($0) }
    }

    /// Writes two lower-case digits a byte; `output` has room for them.
    package static func encode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        precondition(output.count >= 2 * bytes.count, "no room for the digits")
        for index in 0..<bytes.count {
            output[2 * index] = digit(bytes[index] >> 4)
            output[2 * index + 1] = digit(bytes[index] & 15)
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }

    /// Writes the bytes that pairs of digits of either case stand for; `output` has room for them.
    ///
    /// - Returns: false for an odd number of digits or any other character.
    package static func decode(_ digits: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        precondition(output.count >= digits.count / 2, "no room for the bytes")
        guard digits.count.isMultiple(of: 2) else { return false }
        var (read, write) = (0, 0)
        while read < digits.count {
            guard let high = value(of: digits[read]), let low = value(of: digits[read + 1]) else { return false }
            output[write] = high << 4 | low
            read += 2
            write += 1
        }
        return true
    }

    /// The bytes of pairs of digits of either case; `nil` for an odd number or any other character.
    package static func decode(_ digits: [UInt8]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: digits.count / 2)
        let isValid = digits.withUnsafeBytes { digits in bytes.withUnsafeMutableBytes { decode(digits, into: $0) } }
        return isValid ? bytes : nil
    }

    package static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
        decode(Array(digits))
    }

    package static func decode(_ digits: some StringProtocol) -> [UInt8]? {
        decode(Array(digits.utf8))
    }

    /// The value of one digit, `nil` for another character.
    @inlinable package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
