import Testing

@testable import API

@Suite("Ranges of an object's bytes")
struct ByteRangeTests {
    @Test(
        "a range means these bytes of ten",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-0", .part(0...0)), ("bytes=2-5", .part(2...5)),
            ("bytes=2-", .part(2...9)), ("bytes=9-", .part(9...9)), ("bytes=-3", .part(7...9)),
            ("bytes=-100", .part(0...9)), ("bytes=5-100", .part(5...9)),
            ("bytes=5-99999999999999999999999", .part(5...9)),
            ("bytes=10-", .unsatisfiable), ("bytes=10-20", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-2", .unsatisfiable), ("bytes=-", .unsatisfiable), ("bytes=0-1,3-4", .unsatisfiable),
            ("bytes=0-1, 3-4", .unsatisfiable), ("bytes=99999999999999999999999-", .unsatisfiable),
        ])
    func ten(header: String?, range: ByteRange) {
        #expect(ByteRange(header, size: 10) == range)
    }

    @Test("of nothing, nothing can be asked", arguments: ["bytes=0-0", "bytes=0-", "bytes=-1"])
    func empty(header: String) {
        #expect(ByteRange(header, size: 0) == .unsatisfiable)
    }

    @Test(
        "the form of a header is that of the pattern",
        arguments: [
            ("bytes=0-1", true), ("bytes=-", true), ("bytes=1-,2-3", true), ("bytes=1-, 2-3 ", true),
            ("bytes=", false), ("bytes", false), ("bytes=a-b", false), ("bytes=1", false), ("Bytes=0-1", false),
            ("bytes =0-1", false), ("bytes=0-1;2-3", false), ("items=0-1", false), ("bytes=0--1", true),
            ("bytes=٣-٤", false),
        ])
    func pattern(header: String, isTaken: Bool) {
        #expect(ByteRange.pattern.matches(header) == isTaken)
    }
}

@Suite("Entity tags")
struct EntityTagTests {
    @Test(
        "If-None-Match names a checksum",
        arguments: [
            (#""abc""#, true), (#"W/"abc""#, true), ("abc", true), ("*", true), (#""x", "abc""#, true),
            (#""x" , W/"abc" "#, true), (#""ab""#, false), (#""abcd""#, false), ("", false), (#""x","y""#, false),
        ])
    func noneMatch(header: String, isNamed: Bool) {
        #expect(EntityTags.list(header, contains: "abc") == isNamed)
    }

    @Test("If-Range is strong", arguments: [(#""abc""#, true), (#"W/"abc""#, false), ("abc", false), ("*", false)])
    func range(header: String, isNamed: Bool) {
        #expect(EntityTags.condition(header, isStrongly: "abc") == isNamed)
    }
}
