import Testing

@testable import Signatures

@Suite("A signing time")
struct SigningTimeTests {
    @Test(
        "is read from and written to its stamp",
        arguments: [
            ("19700101T000000Z", Int64(0)), ("20130524T000000Z", 1_369_353_600), ("20000229T235959Z", 951_868_799),
            ("20260314T150926Z", 1_773_500_966), ("21000301T000000Z", 4_107_542_400),
            ("99991231T235959Z", 253_402_300_799),
        ])
    func stamps(stamp: String, seconds: Int64) throws {
        let time = try #require(SigningTime(stamp: stamp))
        #expect(time.unixSeconds == seconds)
        #expect(time.stamp == stamp)
        #expect(time.day == String(stamp.prefix(8)))
    }

    @Test(
        "is refused outside the calendar or in another form",
        arguments: [
            "20130229T000000Z", "20130431T000000Z", "20131301T000000Z", "20130001T000000Z", "20130100T000000Z",
            "20130101T240000Z", "20130101T006000Z", "20130101T000060Z", "21000229T000000Z", "19691231T235959Z",
            "2013-01-01T00:00:00Z", "20130101T000000", "20130101 000000Z", "20130101T0000 0Z", "", "２0130101T000000Z",
        ])
    func refused(stamp: String) {
        #expect(SigningTime(stamp: stamp) == nil)
    }

    @Test("goes through every day of two centuries")
    func days() throws {
        var previous = CalendarDate(year: 1969, month: 12, day: 31)
        for number in 0..<73_000 {
            let date = CalendarDate(dayNumber: number)
            #expect(date.dayNumber == number)
            let follows =
                (date.year, date.month, date.day) == (previous.year, previous.month, previous.day + 1)
                || date.day == 1 && (date.month == previous.month + 1 || date.month == 1 && previous.month == 12)
            #expect(follows, "\(previous) then \(date)")
            previous = date
        }
    }

    @Test(
        "is read from the dates of HTTP",
        arguments: [
            "Tue, 27 Mar 2007 19:36:42 GMT", "Tue, 27 Mar 2007 19:36:42 +0000", "Tue, 27 Mar 2007 19:36:42 UTC",
            "Tue, 27 Mar 2007 19:36:42 -0000", "20070327T193642Z",
        ])
    func httpDates(text: String) throws {
        let time = try #require(SigningTime(httpDate: text))
        #expect(time.stamp == "20070327T193642Z")
        #expect(time.httpDate == "Tue, 27 Mar 2007 19:36:42 GMT")
    }

    @Test(
        "is refused in dates that are none",
        arguments: [
            "", "Tue", "Tue, 27 Mar 2007 19:36 GMT", "Tue, 27 Mar 2007 19:36:42 +0100", "27 Mar 2007 19:36:42 GMT x",
            "Tue, 32 Mar 2007 19:36:42 GMT", "Tue, 27 Mär 2007 19:36:42 GMT", "Tue, 27 Mar 07 19:36:42 GMT",
            "Tue, 27 Mar 2007 9:36:42 GMT",
        ])
    func refusedDates(text: String) {
        #expect(SigningTime(httpDate: text) == nil)
    }
}
