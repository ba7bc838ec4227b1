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
        withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { text in
            text[4] = UInt8(ascii: "-")
            text[7] = UInt8(ascii: "-")
            text[10] = UInt8(ascii: "T")
            text[13] = UInt8(ascii: ":")
            text[16] = UInt8(ascii: ":")
            text[19] = UInt8(ascii: ".")
            text[23] = UInt8(ascii: "Z")
            Self.write(year, before: 4, into: text, digits: 4)
            Self.write(month, before: 7, into: text, digits: 2)
            Self.write(day, before: 10, into: text, digits: 2)
            Self.write(hour, before: 13, into: text, digits: 2)
            Self.write(minute, before: 16, into: text, digits: 2)
            Self.write(second, before: 19, into: text, digits: 2)
            Self.write(millisecond, before: 23, into: text, digits: 3)
            output.append(contentsOf: text)
        }
    }

    /// Writes the last `digits` decimal digits of a number from 0 on so that they end before `end`.
    static func write(_ number: Int, before end: Int, into text: UnsafeMutableRawBufferPointer, digits: Int) {
        var rest = number
        for place in 1...digits {
            text[end - place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    package var iso8601: String {
        var bytes: [UInt8] = []
        appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Int64 {
    /// Quotient and a remainder that is never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
