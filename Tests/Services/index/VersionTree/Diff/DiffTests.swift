import Seeded
import Testing

@testable import VersionTree

@Suite struct DiffTests {
    /// A row of the expected diff: what is on the left and on the right.
    struct Row: Equatable {
        let key: [UInt8]
        let left: [UInt8]?
        let right: [UInt8]?
    }

    static func expected(_ left: Model, _ right: Model, where included: ([UInt8]) -> Bool = { _ in true }) throws
        -> [Row]
    {
        var rows: [Row] = []
        for key in Set(left.values.keys).union(right.values.keys) where included(key) {
            let (old, new) = (left[key], right[key])
            if let old, let new, try EntryView(old).hasSameIdentity(as: EntryView(new)) { continue }
            rows.append(Row(key: key, left: old, right: new))
        }
        return rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    static func all(_ diff: TreeDiff) async throws -> [Row] {
        var rows: [Row] = []
        while let row = try await diff.next() {
            rows.append(
                Row(key: row.key, left: row.left.map { Array($0.bytes) }, right: row.right.map { Array($0.bytes) }))
        }
        return rows
    }

    /// Two related trees, or unrelated ones, or one empty.
    private func pair(_ generator: inout Generator, _ fixture: Fixture) async throws -> (Model, Model) {
        let left = generator.model(generator.random.below(600))
        var right = left
        switch generator.random.below(5) {
        case 0: right = generator.model(generator.random.below(600))
        case 1: try right.apply(generator.rangeChange(to: left))
        default:
            let rule: EqualIdentity = generator.random.chance(1, in: 2) ? .keepsOld : .takesNew
            try right.apply(generator.changes([1, 5, 60, 400][generator.random.below(4)], to: left), rule)
        }
        return generator.random.chance(1, in: 2) ? (left, right) : (right, left)
    }

    @Test("a diff has the rows of a plain comparison, and applied to the left it gives the right", arguments: Seeds.all)
    func matchesModel(seed: UInt64) async throws {
        var generator = Generator(seed)
        for _ in 0..<8 {
            let fixture = Fixture()
            let (left, right) = try await pair(&generator, fixture)
            let roots = (try await fixture.build(left), try await fixture.build(right))
            let rows = try await Self.all(fixture.uncached.diff(roots.0, roots.1))
            #expect(rows == (try Self.expected(left, right)))

            let changes = rows.map { TreeChange(key: $0.key, value: $0.right.map { $0[...] }) }
            let applied = try await fixture.tree.apply(to: roots.0, changes)
            #expect(try await Self.all(fixture.tree.diff(applied.root, roots.1)).isEmpty)
            #expect(applied.added + applied.changed + applied.removed == rows.count)
            #expect(applied.unchanged == 0)
        }
    }

    @Test("prefix, after and seeking leave out just what they say", arguments: Seeds.all)
    func ranges(seed: UInt64) async throws {
        var generator = Generator(seed)
        for _ in 0..<10 {
            let fixture = Fixture()
            let (left, right) = try await pair(&generator, fixture)
            let roots = (try await fixture.build(left), try await fixture.build(right))
            for _ in 0..<8 {
                let key = generator.key()
                let prefix = Array(key.prefix(generator.random.below(5)))
                let after = generator.random.chance(1, in: 2) ? generator.key() : nil
                let included: ([UInt8]) -> Bool = { key in
                    key.starts(with: prefix) && after.map { $0.lexicographicallyPrecedes(key) } ?? true
                }
                let expected = try Self.expected(left, right, where: included)
                let diff = fixture.uncached.diff(roots.0, roots.1, prefix: prefix, after: after)
                #expect(try await Self.all(diff) == expected)

                let seeking = fixture.tree.diff(roots.0, roots.1, prefix: prefix, after: after)
                var rest = expected[...]
                while let row = try await seeking.next() {
                    try #require(row.key == rest.popFirst()?.key)
                    if generator.random.chance(1, in: 4) {
                        let target = generator.key()
                        seeking.seek(to: target)
                        rest = rest.drop { $0.key.lexicographicallyPrecedes(target) }
                    }
                }
                #expect(rest.isEmpty)
            }
        }
    }

    @Test("a diff reads what differs, not what both have")
    func readsOnlyWhatDiffers() async throws {
        var generator = Generator(5)
        let fixture = Fixture()
        let model = generator.model(2_500)
        let left = try await fixture.build(model)
        let applied = try await fixture.tree.apply(to: left, generator.changes(1, to: model))
        let height = try await fixture.ends(left).count
        fixture.store.resetCounts()
        let rows = try await Self.all(fixture.uncached.diff(left, applied.root))
        #expect(rows.count <= 1)
        #expect(fixture.store.counts.nodesLoaded <= 2 * (height + 2))
        #expect(fixture.store.counts.loadCalls <= height + 2)
    }

    @Test("a tree does not differ from itself, and nothing is read to find out")
    func same() async throws {
        let fixture = Fixture()
        var generator = Generator(5)
        let root = try await fixture.build(generator.model(500))
        fixture.store.resetCounts()
        #expect(try await fixture.uncached.diff(root, root).next() == nil)
        #expect(fixture.store.counts.loadCalls == 0)
    }
}
