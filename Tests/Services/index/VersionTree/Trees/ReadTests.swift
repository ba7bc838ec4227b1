import Seeded
import Testing

@testable import VersionTree

@Suite struct ReadTests {
    @Test("get finds what is there and nothing else, cached or not", arguments: Seeds.all)
    func get(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let model = generator.model(800)
        let root = try await fixture.build(model)
        var keys = model.keys
        for _ in 0..<200 { keys.append(generator.key()) }
        let cold = fixture.uncached
        for key in keys {
            #expect(try await cold.get(root, key).map { Array($0.bytes) } == model[key])
        }
        keys.shuffle(using: &generator.random)
        let many = try await fixture.uncached.get(root, keys)
        #expect(many.map { $0.map { Array($0.bytes) } } == keys.map { model[$0] })
        for key in keys {
            switch try cold.getCached(root, key) {
            case .found(let entry): #expect(Array(entry.bytes) == model[key])
            case .absent: #expect(model[key] == nil)
            case .notCached: Issue.record("was read just before")
            }
        }
        if case .notCached = try fixture.uncached.getCached(root, keys[0]) {} else { Issue.record("nothing is cached") }
    }

    @Test("many keys are fetched in one round trip a level")
    func getManyIsBatched() async throws {
        var generator = Generator(4)
        let fixture = Fixture()
        let model = generator.model(2_000)
        let root = try await fixture.build(model)
        let height = try await fixture.ends(root).count
        fixture.store.resetCounts()
        _ = try await fixture.uncached.get(root, Array(model.keys.prefix(60)))
        #expect(height >= 3)
        #expect(fixture.store.counts.loadCalls <= height)
    }

    @Test("a cursor sees every key in order from wherever it seeks", arguments: Seeds.all)
    func cursor(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let model = generator.model(700)
        let root = try await fixture.build(model)
        let keys = model.keys
        let cursor = fixture.uncached.cursor(root)
        #expect(cursor.key == nil)
        for round in 0..<60 {
            let target = round == 0 ? [] : generator.key()
            try await cursor.seek(to: target)
            var expected = keys.drop { $0.lexicographicallyPrecedes(target) }[...]
            if round > 0 { expected = expected.prefix(generator.random.below(80)) }
            for key in expected {
                try #require(cursor.key == key)
                #expect(cursor.value.map { Array($0) } == model[key])
                try await cursor.advance()
            }
        }
        try await cursor.seek(to: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(cursor.key == nil)
        try await cursor.advance()
        #expect(cursor.key == nil)
        try await cursor.seek(to: [])
        #expect(cursor.key == keys.first)
    }

    @Test("going on fetches leaves ahead: far fewer round trips than leaves")
    func cursorReadsAhead() async throws {
        var generator = Generator(9)
        let fixture = Fixture()
        let root = try await fixture.build(generator.model(3_000))
        let leaves = try await fixture.ends(root)[0].count
        fixture.store.resetCounts()
        let cursor = fixture.uncached.cursor(root)
        try await cursor.seek(to: [])
        while cursor.key != nil { try await cursor.advance() }
        #expect(leaves > 200)
        #expect(fixture.store.counts.loadCalls < leaves / 3)
    }

    @Test("the sums below a prefix are those of its entries", arguments: Seeds.all)
    func summary(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let model = generator.model(1_200)
        let root = try await fixture.build(model)
        var prefixes: [[UInt8]] = [[], Array("t=".utf8), Array("k".utf8), [0xFF], [0xFF, 0xFF], Array("deep/x".utf8)]
        for _ in 0..<60 {
            let key = generator.key()
            prefixes.append(Array(key.prefix(generator.random.below(key.count + 1))))
        }
        for prefix in prefixes {
            var expected = Summary()
            for (key, value) in model.values where key.starts(with: prefix) {
                expected.add(Summary(entries: 1, bytes: try EntryView(value).size))
            }
            #expect(try await fixture.uncached.summary(root, prefix: prefix) == expected)
        }
    }

    @Test("a summary reads two nodes a level, however much is below")
    func summaryIsShallow() async throws {
        var generator = Generator(6)
        let fixture = Fixture()
        let root = try await fixture.build(generator.model(3_000))
        let height = try await fixture.ends(root).count
        fixture.store.resetCounts()
        let sum = try await fixture.uncached.summary(root, prefix: Array("t=".utf8))
        #expect(sum.entries > 400)
        #expect(fixture.store.counts.nodesLoaded <= 2 * height)
    }

    @Test("the empty tree has a root, which needs no store")
    func empty() async throws {
        let fixture = Fixture()
        let tree = fixture.tree
        #expect(try await tree.apply(to: Tree.emptyRoot, []).root == Tree.emptyRoot)
        #expect(try await tree.get(Tree.emptyRoot, [1]) == nil)
        #expect(try await tree.summary(Tree.emptyRoot) == Summary())
        let cursor = tree.cursor(Tree.emptyRoot)
        try await cursor.seek(to: [])
        #expect(cursor.key == nil)
        try await tree.walk(Tree.emptyRoot) { _, _ in
            Issue.record("the empty tree has no nodes")
            return true
        }
        let model = {
            var generator = Generator(3); return generator.model(100)
        }()
        let root = try await fixture.build(model)
        let removals = model.keys.map { TreeChange(key: $0, value: nil) }
        #expect(try await tree.apply(to: root, removals).root == Tree.emptyRoot)
        #expect(fixture.store.counts.loadCalls == 0)
    }
}
