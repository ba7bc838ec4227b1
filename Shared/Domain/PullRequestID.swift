/// The id of a pull request: 20 characters of base 32 (`0`–`9`, `a`–`v`), made so that newer ones come first.
package struct PullRequestID: Sendable, Hashable, CustomStringConvertible {
    package static let length = 20

    package let string: String

    /// - Throws: `InvalidName`.
    package init(_ string: String) throws(InvalidName) {
        let isValid =
            string.utf8.count == Self.length
            && string.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x76).contains($0) }
        guard isValid else {
            throw InvalidName(kind: "pull request id", reason: "must be 20 of the characters 0 to 9 and a to v")
        }
        self.string = string
    }

    /// A fresh id.
    ///
    /// - Parameter now: milliseconds since 1970.
    package static func make(now: Int64) -> PullRequestID {
        // 50 bits of time, backwards, then 50 of chance.
        let mask: UInt64 = (1 << 50) - 1
        let time = mask - (UInt64(clamping: now) & mask)
        let chance = UInt64.random(in: 0...mask)
        var text = ""
        for part in [time, chance] {
            for digit in (0..<10).reversed() {
                text.unicodeScalars.append(Self.digits[Int(part >> UInt64(5 * digit) & 31)])
            }
        }
        return PullRequestID(unchecked: text)
    }

    private static let digits = Array("0123456789abcdefghijklmnopqrstuv".unicodeScalars)

    private init(unchecked string: String) { self.string = string }

    package var description: String { string }
}
