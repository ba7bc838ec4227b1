import Domain
import Testing

@Suite("References are a base and modifiers")
struct RefExpressionTests {
    @Test("each form is read")
    func forms() throws {
        #expect(try RefExpression("main").isPlainName)
        #expect(try RefExpression("main~").modifiers == [.ancestor(1)])
        #expect(try RefExpression("main~0").modifiers == [.ancestor(0)])
        #expect(try RefExpression("main^").modifiers == [.parent(1)])
        #expect(try RefExpression("v1.0^2~3~").modifiers == [.parent(2), .ancestor(3), .ancestor(1)])
        #expect(try RefExpression("main@").view == .committed)
        #expect(try RefExpression("main$").view == .staged)
        #expect(try RefExpression("main$").base == "main")
        #expect(try RefExpression(branch: BranchName("main")) == RefExpression("main"))
    }

    @Test(
        "the rest is refused",
        arguments: [
            "", "~", "^1", "@", "$", "main~x", "main~-1", "main~1x", "main@1", "main$$", "main@~1", "main~1@", "ma in",
            "main\n", "main~9999999999", String(repeating: "r", count: 2_049),
        ])
    func refused(text: String) {
        #expect(throws: InvalidName.self) { try RefExpression(text) }
    }

    @Test(
        "what is written is read again as the same", arguments: ["main", "a~2^3", "x@", "x$", "v1.0^0", "a~", "a^~00"])
    func roundTrip(text: String) throws {
        let expression = try RefExpression(text)
        #expect(expression.description == text)
        #expect(try RefExpression(expression.description) == expression)
    }
}
