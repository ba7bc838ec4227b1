/// Made by the caller of a write, so that the same write sent twice is carried out once: 32 lower-case hexadecimal digits.
package struct OperationID: Sendable, Hashable, Codable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh random id.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(high: generator.next(), low: generator.next())
    }

    /// Nil for anything but 32 lower-case hexadecimal digits.
    package init?(_ string: some StringProtocol) {
        let digits = string.utf8
        guard digits.count == 32, digits.allSatisfy(Self.isHexadecimal),
            let high = UInt64(string.prefix(16), radix: 16), let low = UInt64(string.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = OperationID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "operation id")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for (index, word) in [high, low].enumerated() {
                for digit in 0..<16 {
                    let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit)) & 15
                    buffer[index * 16 + digit] = nibble < 10 ? nibble + 0x30 : nibble + 0x57
                }
            }
            return 32
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
