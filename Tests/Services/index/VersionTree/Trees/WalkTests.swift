import Testing

@testable import VersionTree

@Suite struct WalkTests {
    @Test("a walk names just the nodes that were written for the tree", arguments: Seeds.all)
    func walkNamesAllNodes(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let root = try await fixture.build(generator.model(1_000))
        var seen: Set<NodeHash> = []
        try await fixture.uncached.walk(root) { hash, _ in seen.insert(hash).inserted }
        #expect(seen == fixture.store.hashes)
    }

    @Test("a second version's walk, told what is known, visits only what is new")
    func walkSkipsWhatIsKnown() async throws {
        var generator = Generator(2)
        let fixture = Fixture()
        let model = generator.model(2_000)
        let first = try await fixture.build(model)
        let applied = try await fixture.tree.apply(to: first, generator.changes(1, to: model))
        var known: Set<NodeHash> = []
        try await fixture.tree.walk(first) { hash, _ in known.insert(hash).inserted }
        var fresh = 0
        try await fixture.tree.walk(applied.root) { hash, _ in
            guard known.insert(hash).inserted else { return false }
            fresh += 1
            return true
        }
        #expect(fresh == applied.nodesWritten)
    }

    @Test("a walk does not read leaves; a scan reads each entry once, in order")
    func scan() async throws {
        var generator = Generator(8)
        let fixture = Fixture()
        let model = generator.model(900)
        let root = try await fixture.build(model)
        let ends = try await fixture.ends(root)
        fixture.store.resetCounts()
        try await fixture.uncached.walk(root) { _, _ in true }
        #expect(fixture.store.counts.nodesLoaded == ends.dropFirst().reduce(0) { $0 + $1.count })
        var keys: [[UInt8]] = []
        try await fixture.uncached.scan(root) { key, entry in
            keys.append(key)
            #expect(model[key] == Array(entry.bytes))
        }
        #expect(keys == model.keys)
    }
}
