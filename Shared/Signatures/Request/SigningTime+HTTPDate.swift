extension SigningTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// Reads the date forms that clients of S3 send in `Date`: `Tue, 27 Mar 2007 19:36:42 +0000` (or `GMT`, `UTC`,
    /// `Z`) and the stamp `20070327T193642Z`.
    ///
    /// The day of the week is not checked; an offset from UTC other than zero is refused.
    package init?(httpDate text: some StringProtocol) {
        if let time = SigningTime(stamp: text) {
            self = time
            return
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 6, words[0].hasSuffix(","),
            let day = number(words[1].utf8),
            let month = Self.months.firstIndex(where: { $0 == words[2] }),
            words[3].utf8.count == 4, let year = number(words[3].utf8),
            ["GMT", "UTC", "Z", "+0000", "-0000"].contains(String(words[5]))
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 }), let hour = number(clock[0].utf8),
            let minute = number(clock[1].utf8), let second = number(clock[2].utf8)
        else { return nil }
        self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// The form of RFC 9110: `Tue, 27 Mar 2007 19:36:42 GMT`.
    package var httpDate: String {
        let date = CalendarDate(dayNumber: Int(unixSeconds / 86_400))
        let seconds = Int(unixSeconds % 86_400)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return
            "\(Self.weekdays[date.weekday]), \(two(date.day)) \(Self.months[date.month - 1]) \(date.year) \(clock) GMT"
    }
}
