/// A moment as signatures name it, to the second.
package struct SigningTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, from the years 1970 to 9999.
    package let unixSeconds: Int64

    /// The last second of the year 9999.
    private static let last: Int64 = 253_402_300_799

    /// Clamps to the years that have a stamp.
    package init(unixSeconds: Int64) {
        self.unixSeconds = min(max(unixSeconds, 0), Self.last)
    }

    /// Reads `20130524T000000Z`; `nil` for any other form or a date that is not in the calendar.
    package init?(stamp: some StringProtocol) {
        let time: SigningTime? = stamp.withBytes { bytes in
            guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
                let year = number(bytes[0..<4]), let month = number(bytes[4..<6]), let day = number(bytes[6..<8]),
                let hour = number(bytes[9..<11]), let minute = number(bytes[11..<13]),
                let second = number(bytes[13..<15])
            else { return nil }
            return SigningTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        }
        guard let time else { return nil }
        self = time
    }

    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1970...9999).contains(year), (1...12).contains(month), day >= 1, hour <= 23, minute <= 59, second <= 59,
            hour >= 0, minute >= 0, second >= 0
        else { return nil }
        let date = CalendarDate(year: year, month: month, day: day)
        guard CalendarDate(dayNumber: date.dayNumber) == date else { return nil }
        unixSeconds = Int64(date.dayNumber) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// The date in UTC, as `20130524`.
    package var day: String {
        let date = CalendarDate(dayNumber: Int(unixSeconds / 86_400))
        return String(unsafeUninitializedCapacity: 8) { digits in
            for (index, pair) in [date.year / 100, date.year % 100, date.month, date.day].enumerated() {
                digits[2 * index] = 0x30 + UInt8(truncatingIfNeeded: pair / 10)
                digits[2 * index + 1] = 0x30 + UInt8(truncatingIfNeeded: pair % 10)
            }
            return 8
        }
    }

    /// Date and time in UTC, as `20130524T000000Z`.
    package var stamp: String {
        var bytes: [UInt8] = []
        appendStamp(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func appendDay(to output: inout [UInt8]) {
        let date = CalendarDate(dayNumber: Int(unixSeconds / 86_400))
        append(twoDigits: date.year / 100, to: &output)
        append(twoDigits: date.year % 100, to: &output)
        append(twoDigits: date.month, to: &output)
        append(twoDigits: date.day, to: &output)
    }

    func appendStamp(to output: inout [UInt8]) {
        appendDay(to: &output)
        output.append(UInt8(ascii: "T"))
        let seconds = Int(unixSeconds % 86_400)
        append(twoDigits: seconds / 3600, to: &output)
        append(twoDigits: seconds / 60 % 60, to: &output)
        append(twoDigits: seconds % 60, to: &output)
        output.append(UInt8(ascii: "Z"))
    }

    package func adding(seconds: Int64) -> SigningTime {
        SigningTime(unixSeconds: unixSeconds + seconds)
    }

    package static func < (left: Self, right: Self) -> Bool { left.unixSeconds < right.unixSeconds }
}

private func append(twoDigits value: Int, to output: inout [UInt8]) {
    output.append(0x30 + UInt8(truncatingIfNeeded: value / 10))
    output.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
}

/// The number that one to nine ASCII digits stand for.
func number(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
        guard digit >= 0x30, digit <= 0x39 else { return nil }
        value = value * 10 + Int(digit - 0x30)
    }
    return value
}
