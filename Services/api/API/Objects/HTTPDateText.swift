/// A date in the form of `Last-Modified` (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDateText {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    static func make(seconds: Int64) -> String {
        let (day, second) = CivilDate.split(seconds)
        let date = CivilDate(daysSince1970: day)
        let weekday = days[Int((day % 7 + 7) % 7)]
        let padding = String(repeating: "0", count: max(0, 4 - String(date.year).utf8.count))
        return "\(weekday), \(two(date.day)) \(months[Int(date.month) - 1]) \(padding)\(date.year) "
            + "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
