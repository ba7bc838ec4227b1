import Testing

@testable import API

@Suite("A request target is taken apart")
struct RequestTargetTests {
    @Test(
        "elements of the path are decoded once, each by itself",
        arguments: [
            ("/", [""]), ("/a/b", ["a", "b"]), ("/a%2Fb/c", ["a/b", "c"]), ("/main~1", ["main~1"]),
            ("/main%7E1", ["main~1"]), ("/main%5E2", ["main^2"]), ("/main%40", ["main@"]), ("/%2541", ["%41"]),
            ("/a+b", ["a+b"]), ("/a//b/", ["a", "", "b", ""]), ("/%C3%A9", ["é"]), ("/..%2f..", ["../.."]),
        ])
    func path(target: String, elements: [String]) throws {
        #expect(try RequestTarget(target).elements == elements)
    }

    @Test(
        "pairs of the query are decoded, a plus sign being a space",
        arguments: [
            ("/?path=a%2Fb", "a/b"), ("/?path=a+b", "a b"), ("/?path=a%2Bb", "a+b"), ("/?path=", ""),
            ("/?path", ""), ("/?x=1&path=2&path=3", "2"), ("/?path=a=b", "a=b"), ("/?&&path=%3D", "="),
            ("/?path=/a//b/../c", "/a//b/../c"), ("/?p%61th=x", "x"),
        ])
    func query(target: String, value: String) throws {
        #expect(try RequestTarget(target).value("path") == value)
    }

    @Test("a name that is not there has no value, and a repeated one has all")
    func values() throws {
        let target = try RequestTarget("/?a=1&b=2&a=3")
        #expect(target.value("c") == nil)
        #expect(target.values("a") == ["1", "3"])
    }

    @Test(
        "what is no escape and no UTF-8 is refused",
        arguments: ["/%", "/%4", "/%4g", "/?path=%zz", "/%FF", "/?path=%C3", "/?%FF=1"])
    func malformed(target: String) {
        #expect(throws: APIError.self) { try RequestTarget(target) }
    }
}
