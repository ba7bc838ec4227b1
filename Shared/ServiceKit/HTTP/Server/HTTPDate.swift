import Glibc
import NIOCore

/// Dates as RFC 9110 §5.6.7 writes them.
package enum HTTPDate {
    static func headerLine(unixSeconds: Int) -> ByteBuffer {
        ByteBuffer(string: "Date: \(text(unixSeconds: unixSeconds))\r\n")
    }

    static var nowSeconds: Int { time(nil) }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func text(unixSeconds: Int) -> String {
        var seconds = time_t(unixSeconds)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "Thu, 01 Jan 1970 00:00:00 GMT" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[Int(parts.tm_wday) % 7]
        let month = months[Int(parts.tm_mon) % 12]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(day), \(padded(Int(parts.tm_mday), 2)) \(month) \(padded(Int(parts.tm_year) + 1900, 4)) \(clock) GMT"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
