import Cryptography
import Domain
import Glibc
import Seeded
import Testing

@testable import VersionTree

@Suite struct NodeFileTests {
    /// A folder on a disk, for a file that has no name in it.
    private static let folder = "/var/tmp"
    private static let least = NodeFile.validBytes.lowerBound

    /// About `kilobytes` long, its content told by its number.
    private static func node(_ number: Int, kilobytes: Int = 4) throws -> Node {
        let rest = String(repeating: "\(number)-", count: 1_000).prefix(1_000)
        return try NodeTests.leaf((0..<kilobytes).map { (key: "\(1_000 + $0)-" + rest, NodeTests.value(1)) })
    }

    private static func expectSame(_ found: Node?, _ node: Node) {
        #expect((found?.bytes == node.bytes) == true)
        #expect(found?.level == node.level)
        #expect(found?.count == node.count)
        #expect(found?.rowsEnd == node.rowsEnd)
    }

    /// Asks again where the machine would have to be waited for.
    private static func look(_ file: NodeFile, _ node: Node) -> Node? {
        for _ in 0..<1_000 {
            let delayed = file.counts.delayed
            if let found = file.node(node.hash) { return found }
            guard file.counts.delayed > delayed else { return nil }
            usleep(5_000)
        }
        return nil
    }

    @Test("what memory has no room for is found in the file, waiting to be written or written")
    func spill() throws {
        let nodes = try (0..<200).map { try Self.node($0) }
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        let cache = NodeCache(maxBytes: 10 * 5_000, file: file)
        cache.insert(nodes)
        for node in nodes { Self.expectSame(cache.node(node.hash), node) }
        file.drain()
        for node in nodes { Self.expectSame(cache.node(node.hash) ?? Self.look(file, node), node) }
        #expect(cache.bytes <= cache.maxBytes)
        #expect(file.counts.hits > 180)
        // What comes back and goes again is not written again.
        file.drain()
        #expect((190...200).contains(file.counts.written))
        #expect(cache.node(Node.empty.hash) == nil)
    }

    @Test("nodes of every form come back as they were")
    func forms() throws {
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        let nodes = try [
            NodeTests.inner(), NodeTests.leaf([("a", NodeTests.value(1))]), Node.empty, Self.node(1, kilobytes: 60),
        ]
        file.keep(nodes)
        file.drain()
        for node in nodes { Self.expectSame(Self.look(file, node), node) }
        #expect(file.counts.hits == 4)
    }

    @Test("when the file is full, the oldest make room; none is ever another")
    func wraps() throws {
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        var nodes: [Node] = []
        for number in 0..<450 {
            nodes.append(try Self.node(number, kilobytes: 50 + number % 10))
            file.keep([nodes[number]])
            if number % 40 == 39 { file.drain() }
        }
        file.drain()
        #expect(file.counts.written == 450)
        var found = 0
        for (number, node) in nodes.enumerated() {
            let known = Self.look(file, node)
            if known != nil { found += 1 }
            let isRight = known.map { $0.bytes == node.bytes }
            if number >= 220 { #expect(isRight == true, "\(number)") }
            if number < 120 { #expect(isRight == nil) } else { #expect(isRight != false) }
        }
        #expect((230...330).contains(found))
        #expect(file.counts.failures == 0)
    }

    @Test("an altered record is never served, whichever of its bytes it is", arguments: Seeds.all)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let node = try Self.node(1, kilobytes: 1)
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        let record = node.bytes.count + 56
        for round in 1...60 {
            file.keep([node])
            file.drain()
            let start = (round - 1) * NodeRecord.units(node) * NodeRecord.unit
            let place = off_t(start + random.below(record))
            var byte: UInt8 = 0
            try #require(pread(file.descriptor, &byte, 1, place) == 1)
            byte ^= 1 << UInt8(random.below(8))
            try #require(pwrite(file.descriptor, &byte, 1, place) == 1)
            #expect(Self.look(file, node) == nil, "seed \(seed), byte \(place) in round \(round)")
        }
        #expect(file.counts.failures == 60)
    }

    @Test("a file that was cut is as if its nodes had not been kept")
    func truncated() throws {
        let node = try Self.node(1)
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        file.keep([node])
        file.drain()
        #expect(ftruncate(file.descriptor, 100) == 0)
        #expect(file.node(node.hash) == nil)
    }

    @Test("many tasks that read and fill a file that is much too small see whole nodes or none")
    func concurrency() async throws {
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        let nodes = try (0..<360).map { try Self.node($0, kilobytes: 50) }
        let seed = UInt64.random(in: 0...(.max))
        let found = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<6 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(task))
                    var found = 0
                    for step in 0..<1_000 {
                        let node = nodes[random.below(nodes.count)]
                        if let known = file.node(node.hash) {
                            found += 1
                            try #require(SHA256.hash(known.bytes) == node.hash, "seed \(seed)")
                        } else {
                            file.keep([node])
                        }
                        if step % 64 == 0 { await Task.yield() }
                    }
                    return found
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(found > 500)
    }

    @Test("a tree greater than memory asks its store once for each node")
    func tree() async throws {
        let fixture = Fixture()
        var model = Model()
        for number in 0..<20_000 {
            model[Array("key-\(number * 7919 % 100_003)".utf8)] = NodeTests.value(UInt8(number % 100))
        }
        let root = try await fixture.build(model)
        let file = try NodeFile(in: Self.folder, maxBytes: Self.least)
        let cache = NodeCache(maxBytes: 1 << 16, file: file)
        let tree = Tree(nodes: NodeSource(store: fixture.store, cache: cache), chunking: fixture.tree.chunking)
        fixture.store.resetCounts()
        let nodes = fixture.store.hashes.count
        for _ in 0..<3 {
            for (key, value) in model.values { #expect(try await tree.get(root, key).map { Array($0.bytes) } == value) }
            file.drain()
        }
        #expect(fixture.store.counts.nodesLoaded <= nodes)
        #expect(cache.counts.evictions > 1_000)
    }

    @Test("where there can be no file it says why")
    func folders() {
        #expect(throws: NodeFileError.self) { try NodeFile(in: "/nowhere", maxBytes: 1 << 30) }
        do throws(NodeFileError) {
            _ = try NodeFile(in: "/dev/shm", maxBytes: 1 << 30)
            Issue.record("a file in memory")
        } catch {
            #expect(error.description == "the folder is in memory")
        }
    }
}
