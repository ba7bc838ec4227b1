import Seeded
import Testing

@testable import VersionTree

@Suite struct ApplyTests {
    /// Greatest weights for a window of 400: with the first ones, half of all ends are forced.
    static let maxima = [800, 1_100, 3_200]

    @Test("a tree built from nothing is cut just as the rule says", arguments: Seeds.all, maxima)
    func cutsAsTheRuleSays(seed: UInt64, maximum: Int) async throws {
        var generator = Generator(seed)
        for count in [1, 2, 20, 700] {
            let fixture = Fixture(maximum: maximum)
            let model = generator.model(count)
            let root = try await fixture.build(model)
            #expect(try await fixture.contents(root) == model)
            #expect(try await fixture.ends(root) == ReferenceChunker.ends(fixture.tree.chunking, model))
        }
    }

    @Test("whatever the history, the same entries have the same root", arguments: Seeds.all, maxima)
    func historyDoesNotShow(seed: UInt64, maximum: Int) async throws {
        var generator = Generator(seed)
        let fixture = Fixture(maximum: maximum)
        var model = generator.model(generator.random.below(800))
        var root = try await fixture.build(model)
        for step in 0..<12 {
            let rule: EqualIdentity = generator.random.chance(1, in: 2) ? .keepsOld : .takesNew
            let amount = [1, 1, 3, 30, 300][generator.random.below(5)]
            let changes =
                generator.random.chance(1, in: 6)
                ? generator.rangeChange(to: model) : generator.changes(amount, to: model)
            root = try await fixture.tree.apply(to: root, equalIdentity: rule, changes).root
            try model.apply(changes, rule)
            let rebuilt = try await Fixture(maximum: maximum).build(model)
            try #require(root == rebuilt, "step \(step), \(changes.count) changes")
        }
        #expect(try await fixture.contents(root) == model)
    }
}
