import Testing

@testable import API

@Suite("Dates as clients read and write them")
struct DateTests {
    @Test(
        "Last-Modified",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)])
    func lastModified(seconds: Int64, text: String) {
        #expect(HTTPDateText.make(seconds: seconds) == text)
    }

    @Test(
        "a date and time of RFC 3339, and as the Python client writes it",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1994-11-06T08:49:37Z", 784_111_777),
            ("1994-11-06T08:49:37.999Z", 784_111_777), ("1994-11-06T09:49:37+01:00", 784_111_777),
            ("1994-11-06T03:19:37.123456-0530", 784_111_777), ("1994-11-06t08:49:37z", 784_111_777),
            ("2000-02-29T00:00:00+0000", 951_782_400),
        ] as [(String, Int64)])
    func timestamp(text: String, seconds: Int64) {
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "1994-11-06", "1994-11-06T08:49:37", "1994-13-06T08:49:37Z", "1994-02-30T08:49:37Z",
            "1994-11-06T24:00:00Z", "1994-11-06T08:60:00Z", "1994-11-06T08:49:37.Z", "1994-11-06T08:49:37+1",
            "1994-11-06T08:49:37Zx", "94-11-06T08:49:37Z", "1994-11-06T08:49:37+25:00", "now",
        ])
    func noTimestamp(text: String) {
        #expect(Timestamp.seconds(text) == nil)
    }

    @Test(
        "milliseconds are rounded down to seconds",
        arguments: [(1_999, 1), (0, 0), (-1, -1), (-1_000, -1)] as [(Int64, Int64)])
    func seconds(milliseconds: Int64, seconds: Int64) {
        #expect(milliseconds.seconds == seconds)
    }
}
