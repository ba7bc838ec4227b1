/// Conversion between milliseconds since 1970 and Postgres's microseconds since 2000.
enum Timestamp {
    /// From 1970-01-01 to 2000-01-01, in milliseconds.
    private static let epochMilliseconds: Int64 = 946_684_800_000

    /// Nil outside what Postgres's type spans (4713 BC to AD 294276).
    static func microseconds(_ milliseconds: Int64) -> Int64? {
        guard milliseconds >= -210_866_803_200_000, milliseconds < 9_224_318_016_000_000 else { return nil }
        return (milliseconds - epochMilliseconds) * 1_000
    }

    /// Rounded down; `infinity` and `-infinity` become the greatest and least values there are.
    static func milliseconds(_ microseconds: Int64) -> Int64 {
        if microseconds == .max || microseconds == .min { return microseconds }
        return (microseconds >= 0 ? microseconds : microseconds - 999) / 1_000 + epochMilliseconds
    }
}
