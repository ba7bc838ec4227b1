import Seeded
import Testing

@testable import VersionTree

/// How many nodes a change writes. Counts, not times: they depend on nothing but the rule for ends.
@Suite struct LocalityTests {
    @Test("one change writes one node a level, now and then a neighbour", arguments: [1, 2] as [UInt64])
    func oneChange(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        var model = Model()
        for number in 0..<3_000 { model[Array("table/\(number * 7 % 100_003)".utf8)] = generator.entry() }
        let root = try await fixture.build(model)
        let height = try await fixture.ends(root).count
        let keys = model.keys
        var written: [Int] = []
        for _ in 0..<100 {
            let key =
                generator.random.chance(1, in: 2)
                ? keys[generator.random.below(keys.count)] : Array("table/\(generator.random.below(100_003))x".utf8)
            let value = generator.random.chance(1, in: 4) ? nil : generator.entry()
            written.append(
                try await fixture.tree.apply(to: root, [TreeChange(key: key, value: value.map { $0[...] })])
                    .nodesWritten)
        }
        written.sort()
        let mean = Double(written.reduce(0, +)) / Double(written.count)
        #expect(height >= 4)
        // Nodes here have about six rows, so that changes move ends fifty times as often as in nodes of full size.
        #expect(mean < Double(height) + 1.5)
        #expect(written[written.count * 99 / 100] <= 2 * height + 2)
    }

    @Test("appending in order rewrites only the right edge")
    func appending() async throws {
        var generator = Generator(1)
        let fixture = Fixture()
        var root = Tree.emptyRoot
        var written = 0
        for number in 0..<400 {
            let key = Array("log/\(100_000 + number)".utf8)
            let applied = try await fixture.tree.apply(to: root, [TreeChange(key: key, value: generator.entry()[...])])
            root = applied.root
            written += applied.nodesWritten
        }
        let height = try await fixture.ends(root).count
        #expect(Double(written) / 400 < Double(height) + 1)
    }

    /// Keys in order that leave no natural end anywhere on the leaf level: what only somebody who knows the salt can make.
    ///
    /// Once a window there is a key with a priority less than all before it, so that each of these is undercut by the
    /// next, and every other key by the one before.
    static func hostileKeys(_ count: Int, _ chunking: Chunking, valueBytes: Int) -> [[UInt8]] {
        let hash = KeyHash(chunking.salt)
        let weight = 24 + valueBytes + RowBuffer.leafRowBytes
        let perWindow = chunking.windowBytes / weight
        let records = count / perWindow + 1
        var random = SeededGenerator(seed: 5)
        var keys: [[UInt8]] = []
        var record = UInt64.max
        for number in 0..<count {
            let digits = String(100_000_000 + number)
            let isRecord = number % perWindow == 0
            let least = UInt64.max / UInt64(records + 1) * UInt64(records - number / perWindow)
            while true {
                let nonce = String(random.next() % 1_000_000_000_000_000 + 1_000_000_000_000_000, radix: 10).dropFirst()
                let key = Array((digits + nonce).utf8)
                let priority = key.withUnsafeBytes { hash.priority(hash.base($0), level: 0) }
                guard isRecord ? priority < record && priority >= least : priority > record else { continue }
                if isRecord { record = priority }
                keys.append(key)
                break
            }
        }
        return keys
    }

    @Test("keys without a natural end, and one more at the left: still only a few nodes are written")
    func hostile() async throws {
        let isFull = setting("TARN_MEASURE") != nil
        let window = isFull ? Chunking.defaultWindowBytes : 400
        let fixture = Fixture(window: window, cacheBytes: 1 << 30)
        var generator = Generator(9)
        let value = generator.entry()
        let keys = Self.hostileKeys(isFull ? 1_000_000 : 2_500, fixture.tree.chunking, valueBytes: value.count)
        let root = try await fixture.tree.apply(
            to: Tree.emptyRoot, keys.map { TreeChange(key: $0, value: value[...]) }
        ).root

        var leaves = 0
        try await fixture.tree.walk(root) { hash, level in
            if level == 0 { leaves += 1 }
            if level == 1 {
                var row = RowCursor(try await fixture.tree.nodes.node(hash))
                while row.isValid {
                    #expect(row.child?.isNatural == false)
                    row.advance()
                }
            }
            return true
        }
        #expect(leaves > keys.count * value.count / fixture.tree.chunking.maxBytes)

        var worst = 0
        for number in 0..<20 {
            let key = Array("0\(number)".utf8)
            let applied = try await fixture.tree.apply(to: root, [TreeChange(key: key, value: value[...])])
            worst = max(worst, applied.nodesWritten)
            // The same tree as one built at once.
            if number == 0, !isFull {
                var all = [TreeChange(key: key, value: value[...])]
                all += keys.map { TreeChange(key: $0, value: value[...]) }
                #expect(applied.root == (try await fixture.tree.apply(to: Tree.emptyRoot, all).root))
            }
        }
        print(
            "hostile keys: \(keys.count), leaves: \(leaves), nodes written by one insertion at the left: \(worst) at most"
        )
        #expect(worst <= 16)
    }
}
