import Testing

@testable import Domain

@Suite("Ids of pull requests")
struct PullRequestIDTests {
    @Test("are 20 of their characters, and newer ones come first")
    func fresh() throws {
        var before = PullRequestID.make(now: 0)
        for now: Int64 in [1, 1_000, 1_773_500_966_000, 1_773_500_966_001, 1 << 49] {
            let id = PullRequestID.make(now: now)
            #expect(try PullRequestID(id.string) == id)
            #expect(id.string.utf8.lexicographicallyPrecedes(before.string.utf8))
            before = id
        }
        #expect(PullRequestID.make(now: 7) != PullRequestID.make(now: 7))
    }

    @Test(
        "anything else is refused",
        arguments: ["", "0", String(repeating: "w", count: 20), "0123456789ABCDEFGHIJ", "../../../../../../.."])
    func refused(text: String) {
        #expect(throws: InvalidName.self) { try PullRequestID(text) }
    }
}
