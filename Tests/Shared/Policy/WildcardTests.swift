import Seeded
import Testing

@testable import Policy

@Suite("Wildcards")
struct WildcardTests {
    @Test(
        "match the whole text",
        arguments: [
            ("", "", true), ("", "a", false), ("a", "a", true), ("a", "ab", false), ("a", "", false),
            ("*", "", true), ("*", "a/b", true), ("a*", "a", true), ("a*", "ba", false), ("*a", "bca", true),
            ("*a", "ab", false), ("a*b*c", "a--b--c", true), ("a*b*c", "acb", false), ("?", "a", true),
            ("?", "", false), ("?", "ab", false), ("a?c", "abc", true), ("a?c", "a/c", true), ("?", "é", true),
            ("??", "é", false), ("?", "😀", true), ("é?", "éa", true), ("*é", "aé", true), ("**", "ab", true),
            ("a.c", "abc", false), ("[a]", "a", false), ("A", "a", false), ("?\u{80}", "a\u{80}", true),
        ])
    func table(pattern: String, text: String, isMatch: Bool) {
        #expect(Wildcard(pattern).matches(text.utf8) == isMatch)
        #expect(Reference.matches(pattern, text) == isMatch, "the reference")
    }

    @Test("a variable stands for itself, whatever it holds")
    func literalVariable() {
        let wildcard = Wildcard(Wildcard.tokens("user/${user}/*", variables: ["user": "a*?${user}"]))
        #expect(wildcard.matches("user/a*?${user}/x".utf8))
        #expect(!wildcard.matches("user/abcd/x".utf8))
        #expect(!Wildcard(Wildcard.tokens("${user}", variables: ["user": "*"])).matches("anybody".utf8))
        #expect(Wildcard(Wildcard.tokens("${other}", variables: ["user": "x"])).matches("${other}".utf8))
    }

    @Test("match as the slow reference does, and know what begins with a text", arguments: Fuzz.seeds)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func text(_ letters: [String], _ count: Int) -> String {
            (0..<generator.below(count)).map { _ in letters[generator.below(letters.count)] }.joined()
        }
        for _ in 0..<(3_000 * Fuzz.factor) {
            let pattern = text(["a", "b", "é", "*", "?"], 9)
            let subject = text(["a", "b", "é", "è"], 9)
            let rest = text(["a", "b", "é", "è"], 4)
            let wildcard = Wildcard(pattern)
            let isMatch = wildcard.matches(subject.utf8)
            #expect(isMatch == Reference.matches(pattern, subject), "seed \(seed): \(pattern) on \(subject)")
            let whole = wildcard.matches((subject + rest).utf8)
            if wildcard.covers(subject.utf8) { #expect(whole, "seed \(seed): \(pattern) covers \(subject)") }
            if whole { #expect(wildcard.intersects(subject.utf8), "seed \(seed): \(pattern) meets \(subject)") }
        }
    }

    @Test("cost the text's length times the pattern's, at worst")
    func longest() {
        let pattern = String(repeating: "a*", count: 700) + "b"
        #expect(!Wildcard(pattern).matches(String(repeating: "a", count: 1_100).utf8))
        #expect(Wildcard(pattern).matches((String(repeating: "a", count: 1_100) + "b").utf8))
        #expect(Wildcard(String(repeating: "?", count: 130)).matches(String(repeating: "é", count: 130).utf8))
    }
}
