import Domain
import Seeded
import Testing

@testable import VersionTree

@Suite struct MergeTests {
    /// The merge of models, key by key: the result, and the keys in conflict.
    static func expected(
        base: Model, source: Model, destination: Model, _ side: MergeSide?
    ) throws -> (model: Model, conflicts: [[UInt8]]) {
        func isSame(_ left: [UInt8]?, _ right: [UInt8]?) throws -> Bool {
            guard let left, let right else { return left == nil && right == nil }
            return try EntryView(left).hasSameIdentity(as: EntryView(right))
        }
        var result = destination
        var conflicts: [[UInt8]] = []
        for key in Set(base.values.keys).union(source.values.keys) {
            if try isSame(base[key], source[key]) || isSame(source[key], destination[key]) { continue }
            if try isSame(base[key], destination[key]) || side == .source {
                result[key] = source[key]
            } else if side == .neither {
                result[key] = nil
            } else if side == nil {
                conflicts.append(key)
            }
        }
        return (result, conflicts.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test("a merge is the three-way comparison of every key, with every strategy", arguments: Seeds.all)
    func matchesModel(seed: UInt64) async throws {
        var generator = Generator(seed)
        for round in 0..<6 {
            let fixture = Fixture()
            let base = generator.model(generator.random.below(400))
            var source = base
            var destination = base
            try source.apply(generator.changes(1 + generator.random.below(60), to: base))
            let shared = generator.changes(generator.random.below(20), to: base)
            if round % 3 == 0 { try source.apply(shared) }
            try destination.apply(shared)
            if round % 2 == 0 { try destination.apply(generator.changes(generator.random.below(300), to: base)) }
            let roots = (
                try await fixture.build(base), try await fixture.build(source), try await fixture.build(destination)
            )
            for side in [nil, MergeSide.source, .destination, .neither] {
                let expected = try Self.expected(base: base, source: source, destination: destination, side)
                let merged = try await fixture.uncached.merge(base: roots.0, source: roots.1, into: roots.2) { _ in side
                }
                #expect(merged.conflicts.map(\.key) == expected.conflicts)
                #expect(merged.conflictCount == expected.conflicts.count)
                #expect(merged.sourceChanges == (try DiffTests.expected(base, source).count))
                for conflict in merged.conflicts {
                    #expect(conflict.base.map { Array($0.bytes) } == base[conflict.key])
                    #expect(conflict.source.map { Array($0.bytes) } == source[conflict.key])
                    #expect(conflict.destination.map { Array($0.bytes) } == destination[conflict.key])
                }
                guard expected.conflicts.isEmpty else {
                    try await Self.checkSearch(
                        fixture.uncached, roots, merged.conflicts,
                        from: expected.conflicts[generator.random.below(expected.conflicts.count)])
                    #expect(merged.applied == nil)
                    continue
                }
                #expect(merged.applied?.root == (try await fixture.build(expected.model)))
            }
        }
    }

    /// The same conflicts are found one by one, from any key on and below any prefix.
    private static func checkSearch(
        _ tree: Tree, _ roots: (NodeHash, NodeHash, NodeHash), _ conflicts: [MergeConflict], from start: [UInt8]
    ) async throws {
        for (prefix, start) in [([], []), ([], start), (Array(start.prefix(2)), []), (Array(start.prefix(1)), start)] {
            let search = tree.conflicts(
                base: roots.0, source: roots.1, into: roots.2, prefix: prefix, from: start)
            var found: [MergeConflict] = []
            while let conflict = try await search.next() { found.append(conflict) }
            let expected = conflicts.filter {
                $0.key.starts(with: prefix) && !$0.key.lexicographicallyPrecedes(start)
            }
            #expect(found.map(\.key) == expected.map(\.key))
            #expect(found.map(\.source?.bytes) == expected.map(\.source?.bytes))
            #expect(found.map(\.destination?.bytes) == expected.map(\.destination?.bytes))
        }
    }

    @Test("without conflicts, either side merged into the other holds the same", arguments: Seeds.all)
    func symmetric(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let base = generator.model(500)
        let changes = generator.changes(80, to: base)
        var source = base
        var destination = base
        try source.apply(changes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        try destination.apply(changes.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
        let roots = (
            try await fixture.build(base), try await fixture.build(source), try await fixture.build(destination)
        )
        let there = try await fixture.tree.merge(base: roots.0, source: roots.1, into: roots.2)
        let back = try await fixture.tree.merge(base: roots.0, source: roots.2, into: roots.1)
        #expect(there.applied?.root != nil)
        #expect(there.applied?.root == back.applied?.root)
    }

    @Test("conflicts can be settled key by key")
    func resolvedByKey() async throws {
        let fixture = Fixture()
        var generator = Generator(1)
        var base = Model()
        for name in ["a", "b", "c"] { base[Array(name.utf8)] = generator.entry() }
        var source = base
        var destination = base
        for name in ["a", "b"] {
            source[Array(name.utf8)] = EntryCodec.encode(
                .init(address: .relative("s"), size: 1, checksum: "s", modified: 0))
            destination[Array(name.utf8)] = nil
        }
        let merged = try await fixture.tree.merge(
            base: try await fixture.build(base), source: try await fixture.build(source),
            into: try await fixture.build(destination)
        ) { $0.key == Array("a".utf8) ? .source : .destination }
        var expected = base
        expected[Array("a".utf8)] = source[Array("a".utf8)]
        expected[Array("b".utf8)] = nil
        #expect(merged.applied?.root == (try await fixture.build(expected)))
    }
}
