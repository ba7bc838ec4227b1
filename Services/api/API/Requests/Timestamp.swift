/// A date and time as clients write it in a query (RFC 3339), with the offset's colon left out too, as the Python client does.
enum Timestamp {
    static let pattern = TextPattern(expression: "date-time of RFC 3339") { seconds($0) != nil }

    /// Seconds since 1970-01-01T00:00:00Z, fractions dropped; nil where the text is no date and time.
    static func seconds(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int, then separators: String = "") -> Int64? {
            guard rest.count >= digits, rest.prefix(digits).allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            let value = rest.prefix(digits).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            rest = rest.dropFirst(digits)
            if separators.isEmpty { return value }
            guard let next = rest.first, separators.utf8.contains(next) else { return nil }
            rest = rest.dropFirst()
            return value
        }
        guard let year = number(4, then: "-"), let month = number(2, then: "-"), let day = number(2, then: "Tt "),
            let hour = number(2, then: ":"), let minute = number(2, then: ":"), let second = number(2),
            hour < 24, minute < 60, second <= 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest[digits.endIndex...]
        }
        guard let offset = offset(rest) else { return nil }
        return date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
    }

    /// Such as `2026-11-22T19:00:00Z`.
    ///
    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    static func text(seconds: Int64) -> String {
        let (day, second) = CivilDate.split(seconds)
        let date = CivilDate(daysSince1970: day)
        func padded(_ number: Int64, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    /// Such as `2026-11-22T19:00:00.123456Z`.
    static func text(microseconds: Int64) -> String {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let fraction = String(rest)
        return text(seconds: seconds).dropLast() + "." + String(repeating: "0", count: 6 - fraction.utf8.count)
            + fraction + "Z"
    }

    /// In seconds east of Greenwich.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual("Z".utf8) || text.elementsEqual("z".utf8) { return 0 }
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Array(text.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let values = digits.map { Int64($0 - 0x30) }
        let (hours, minutes) = (values[0] * 10 + values[1], values[2] * 10 + values[3])
        guard hours < 24, minutes < 60 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
