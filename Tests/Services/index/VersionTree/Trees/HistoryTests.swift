import Seeded
import Testing

@testable import VersionTree

/// Random histories of many versions in one store, each beside a plain dictionary.
@Suite struct HistoryTests {
    private struct Version {
        let root: NodeHash
        let model: Model
    }

    private static let steps = setting("TARN_TEST_STEPS").flatMap(Int.init) ?? 40

    private static let seeds: [UInt64] =
        Seeds.all + (0..<(setting("TARN_TEST_SEEDS").flatMap(Int.init) ?? 0)).map { _ in UInt64.random(in: 4..<(.max)) }

    @Test(
        "Changes, diffs applied, merges, sums: every version holds what it should, as the tree built at once",
        arguments: seeds)
    func history(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture(maximum: [800, 3_200][generator.random.below(2)])
        var versions = [Version(root: Tree.emptyRoot, model: Model())]
        func any() -> Version {
            versions[versions.count - 1 - generator.random.below(min(versions.count, 12))]
        }
        for step in 0..<Self.steps {
            let (one, two, three) = (any(), any(), any())
            let what = "seed \(seed), step \(step)"
            var new = one
            switch generator.random.below(10) {
            case 0..<4:
                var model = one.model
                let changes = generator.changes([1, 4, 40, 300][generator.random.below(4)], to: model)
                try model.apply(changes)
                new = Version(root: try await fixture.tree.apply(to: one.root, changes).root, model: model)
            case 4, 5:
                // What makes one version another, applied to it.
                let diff = fixture.tree.diff(one.root, two.root)
                var changes: [TreeChange] = []
                var model = one.model
                while let row = try await diff.next() {
                    changes.append(TreeChange(key: row.key, value: row.right?.bytes))
                }
                try model.apply(changes)
                #expect(try DiffTests.expected(model, two.model).isEmpty, "\(what): not the other version")
                new = Version(root: try await fixture.tree.apply(to: one.root, changes).root, model: model)
            case 6, 7:
                let side: MergeSide? = [nil, .source, .destination, .neither][generator.random.below(4)]
                let expected = try MergeTests.expected(
                    base: one.model, source: two.model, destination: three.model, side)
                let merged = try await fixture.tree.merge(base: one.root, source: two.root, into: three.root) { _ in
                    side
                }
                try #require(merged.conflictCount == expected.conflicts.count, "\(what)")
                guard let applied = merged.applied else { continue }
                new = Version(root: applied.root, model: expected.model)
                // Where one side has not changed, the merge is the other.
                let there = try await fixture.tree.merge(base: one.root, source: two.root, into: one.root) { _ in nil }
                let same = try DiffTests.expected(two.model, one.model).isEmpty
                #expect(try await DiffTests.all(fixture.tree.diff(there.applied?.root ?? one.root, two.root)).isEmpty)
                #expect(!same || there.applied?.root == one.root, "\(what)")
            default:
                let prefix = Array(generator.key().prefix(generator.random.below(4)))
                var sum = Summary()
                for (key, value) in one.model.values where key.starts(with: prefix) {
                    sum.add(Summary(entries: 1, bytes: try EntryView(value).size))
                }
                #expect(try await fixture.tree.summary(one.root, prefix: prefix) == sum, "\(what)")
                #expect(
                    try await DiffTests.all(fixture.tree.diff(one.root, two.root))
                        == DiffTests.expected(one.model, two.model), "\(what)")
                continue
            }
            try #require(try await fixture.contents(new.root) == new.model, "\(what)")
            try #require(
                try await Fixture(maximum: fixture.tree.chunking.maxBytes).build(new.model) == new.root, "\(what)")
            versions.append(new)
        }
    }
}
