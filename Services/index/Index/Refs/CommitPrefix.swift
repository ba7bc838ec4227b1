import Domain

/// The range of commit ids that begin with some hexadecimal digits.
struct CommitPrefix {
    let first: [UInt8]
    /// Inclusive.
    let last: [UInt8]

    /// Nil for anything but 1 to 64 lower-case hexadecimal digits.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard (1...64).contains(digits.count), digits.allSatisfy(\.isLowercaseHex) else { return nil }
        func padded(with digit: Character) -> [UInt8] {
            let all = digits + [UInt8](repeating: digit.asciiValue ?? 0, count: 64 - digits.count)
            return stride(from: 0, to: 64, by: 2).map { Self.value(all[$0]) << 4 | Self.value(all[$0 + 1]) }
        }
        first = padded(with: "0")
        last = padded(with: "f")
    }

    private static func value(_ digit: UInt8) -> UInt8 { digit.isASCIIDigit ? digit - 0x30 : digit - 0x57 }
}
