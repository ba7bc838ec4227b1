/// Writes moments as `2009-10-12T17:50:30.000Z`, the form of S3's documents; those of one day for less.
struct ISO8601Text {
    private var day = Int64.min
    private var text: [UInt8] = []

    /// - Parameter milliseconds: since 1970.
    mutating func write(_ milliseconds: Int64, to output: inout RawText) {
        let (day, rest) = milliseconds.flooredDivision(by: 86_400_000)
        if day != self.day || text.count != 24 {
            text.removeAll(keepingCapacity: true)
            CivilTime(milliseconds: milliseconds).appendISO8601(to: &text)
            self.day = day
        } else {
            let (minutes, inMinute) = rest.quotientAndRemainder(dividingBy: 60_000)
            let (seconds, inSecond) = inMinute.quotientAndRemainder(dividingBy: 1_000)
            text.withUnsafeMutableBytes { text in
                CivilTime.write(Int(minutes / 60), before: 13, into: text, digits: 2)
                CivilTime.write(Int(minutes % 60), before: 16, into: text, digits: 2)
                CivilTime.write(Int(seconds), before: 19, into: text, digits: 2)
                CivilTime.write(Int(inSecond), before: 23, into: text, digits: 3)
            }
        }
        text.withUnsafeBytes { output.bytes($0) }
    }
}
