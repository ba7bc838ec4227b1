/// A moment in UTC, taken apart.
package struct CivilTime: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    package init(milliseconds: Int64) {
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        // Years begin in March here, so that the leap day comes last and the months follow one linear rule.
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        year = Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        self.month = Int(month)
        day = Int(dayOfYear - (153 * index + 2) / 5 + 1)
        hour = Int(rest / 3_600_000)
        minute = Int(rest / 60_000 % 60)
        second = Int(rest / 1_000 % 60)
        millisecond = Int(rest % 1_000)
    }

    /// 0 for Sunday to 6 for Saturday.
    package static func weekday(milliseconds: Int64) -> Int {
        Int((milliseconds.flooredDivision(by: 86_400_000).quotient + 4).flooredDivision(by: 7).remainder)
    }

    /// Appends `2009-10-12T17:50:30.000Z`, the form of S3's documents.
    package func appendISO8601(to output: inout [UInt8]) {
        output.append(padded: year, digits: 4)
        output.append(UInt8(ascii: "-"))
        output.append(padded: month, digits: 2)
        output.append(UInt8(ascii: "-"))
        output.append(padded: day, digits: 2)
        output.append(UInt8(ascii: "T"))
        output.append(padded: hour, digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(padded: minute, digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(padded: second, digits: 2)
        output.append(UInt8(ascii: "."))
        output.append(padded: millisecond, digits: 3)
        output.append(UInt8(ascii: "Z"))
    }

    package var iso8601: String {
        var bytes: [UInt8] = []
        appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Int64 {
    /// Quotient and a remainder that is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Appends the last `digits` decimal digits of a number from 0 on.
    mutating func append(padded number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(0x30 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
