import Testing

@testable import Gateway

@Suite("Times")
struct TimeTests {
    @Test(
        "HTTP's three forms are read",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func read(_ text: String) {
        #expect(HTTPTime(text)?.unixSeconds == 784_111_777)
    }

    @Test(
        "other texts are none",
        arguments: [
            "", "yesterday", "Sun, 31 Feb 2021 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 0x Nov 1994 08:49:37 GMT",
        ])
    func unread(_ text: String) {
        #expect(HTTPTime(text) == nil)
    }

    @Test(
        "HTTP's form is written",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func written(_ seconds: Int64, _ text: String) {
        #expect(HTTPTime(unixSeconds: seconds).text == text)
        #expect(HTTPTime(text)?.unixSeconds == seconds)
    }

    @Test(
        "documents have milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_255_369_830_042, "2009-10-12T17:50:30.042Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func documents(_ milliseconds: Int64, _ text: String) {
        #expect(CivilTime(milliseconds: milliseconds).iso8601 == text)
    }

    @Test("days of four centuries come back")
    func days() {
        for day in stride(from: Int64(-80_000), to: 80_000, by: 7) {
            let time = HTTPTime(unixSeconds: day * 86_400 + 3_723)
            #expect(HTTPTime(time.text) == time)
        }
    }
}
