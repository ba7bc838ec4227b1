/// An hour in UTC as the name of a folder, such as `2026-11-22T19`.
package struct HourFolder: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Hours since 1970-01-01T00Z.
    package let hour: Int64

    package init(hour: Int64) { self.hour = hour }

    package init(milliseconds: Int64) {
        hour = (milliseconds - (milliseconds < 0 ? 3_599_999 : 0)) / 3_600_000
    }

    /// Reads a folder's name; `nil` for anything this type would not have written.
    package init?(_ name: some StringProtocol) {
        let bytes = Array(name.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard bytes[range].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        guard bytes.count == 13, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), (1...12).contains(month), (1...31).contains(day), hour < 24
        else { return nil }
        self.init(hour: Self.days(year, month, day) * 24 + hour)
        guard description == String(name) else { return nil }
    }

    package var description: String {
        let days = hour >= 0 ? hour / 24 : (hour - 23) / 24
        let (year, month, day) = Self.date(days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let padding = String(repeating: "0", count: max(0, 4 - String(year).utf8.count))
        return "\(padding)\(year)-\(two(month))-\(two(day))T\(two(hour - days * 24))"
    }

    package static func < (left: Self, right: Self) -> Bool { left.hour < right.hour }

    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted from 1 March of a 400-year era.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
    }
}
