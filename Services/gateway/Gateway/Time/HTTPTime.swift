/// A date of an HTTP header (RFC 9110 §5.6.7).
package struct HTTPTime: Sendable, Hashable {
    package let unixSeconds: Int64

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    package init(unixSeconds: Int64) { self.unixSeconds = unixSeconds }

    /// Reads the form of today and the two obsolete ones; nil for anything else.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "-" })
        if words.count == 6, words[0].last == ",", words[5] == "GMT" {
            // Sun, 06 Nov 1994 08:49:37 GMT, or Sunday, 06-Nov-94 08:49:37 GMT
            self.init(day: words[1], month: words[2], year: words[3], clock: words[4])
        } else if words.count == 5 {
            // Sun Nov  6 08:49:37 1994
            self.init(day: words[2], month: words[1], year: words[4], clock: words[3])
        } else {
            return nil
        }
    }

    private init?(day: Substring, month: Substring, year: Substring, clock: Substring) {
        let clock = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard let day = Self.number(day, 1...2), let month = Self.months.firstIndex(where: { $0 == month }),
            var year = Self.number(year, 2...4), clock.count == 3, let hour = Self.number(clock[0], 2...2),
            let minute = Self.number(clock[1], 2...2), let second = Self.number(clock[2], 2...2),
            day >= 1, hour < 24, minute < 60, second <= 60
        else { return nil }
        // Two digits stand for the years 1970 to 2069.
        if year < 70 { year += 2_000 } else if year < 100 { year += 1_900 }
        guard year >= 1_000 else { return nil }
        let marchYear = month < 2 ? year - 1 : year
        let marchMonth = month < 2 ? month + 10 : month - 2
        let days =
            365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * marchMonth + 2) / 5 + day - 1
            - 719_468
        unixSeconds = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        let check = CivilTime(milliseconds: unixSeconds * 1_000)
        guard check.day == day || second == 60 else { return nil }
    }

    private static func number(_ text: Substring, _ digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package var text: String {
        let time = CivilTime(milliseconds: unixSeconds * 1_000)
        return String(unsafeUninitializedCapacity: 29) { output in
            var index = 0
            func put(_ byte: UInt8) {
                output[index] = byte
                index += 1
            }
            func put(_ text: StaticString) { for offset in 0..<text.utf8CodeUnitCount { put(text.utf8Start[offset]) } }
            func put(_ number: Int) {
                put(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10))
                put(0x30 + UInt8(truncatingIfNeeded: number % 10))
            }
            put(Self.weekdays[CivilTime.weekday(milliseconds: unixSeconds * 1_000)])
            put(", ")
            put(time.day)
            put(UInt8(ascii: " "))
            for byte in Self.months[time.month - 1].utf8 { put(byte) }
            put(UInt8(ascii: " "))
            put(time.year / 100)
            put(time.year % 100)
            put(UInt8(ascii: " "))
            put(time.hour)
            put(UInt8(ascii: ":"))
            put(time.minute)
            put(UInt8(ascii: ":"))
            put(time.second)
            put(" GMT")
            return index
        }
    }
}
