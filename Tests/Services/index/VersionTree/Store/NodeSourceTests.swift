import Seeded
import Synchronization
import Testing

@testable import VersionTree

@Suite struct NodeSourceTests {
    /// A store whose loads wait until they are let go, and fail on demand.
    final class GatedStore: NodeStore {
        struct Failure: Error {}

        private struct State {
            var loads = 0
            var failuresLeft = 0
            var isOpen = false
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        let base = MemoryNodeStore()
        private let state = Mutex(State())

        var loads: Int { state.withLock { $0.loads } }

        func fail(_ times: Int) { state.withLock { $0.failuresLeft = times } }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func load(_ hashes: [NodeHash]) async throws -> [[UInt8]?] {
            state.withLock { $0.loads += 1 }
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
            let fails = state.withLock { state in
                guard state.failuresLeft > 0 else { return false }
                state.failuresLeft -= 1
                return true
            }
            if fails { throw Failure() }
            return try await base.load(hashes)
        }

        func save(_ nodes: [Node]) async throws { try await base.save(nodes) }
    }

    private static func nodes(_ count: Int) throws -> [Node] {
        try (0..<count).map { try NodeTests.leaf([("key\($0)", NodeTests.value(1))]) }
    }

    @Test("tasks that want the same node at the same time share one load")
    func singleFlight() async throws {
        let store = GatedStore()
        let nodes = try Self.nodes(3)
        try await store.save(nodes)
        let source = NodeSource(store: store, cache: NodeCache(maxBytes: 1 << 20))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await source.nodes(nodes.map(\.hash)).count }
                group.addTask { try await source.node(nodes[1].hash).count }
            }
            while store.loads == 0 { await Task.yield() }
            for _ in 0..<100 { await Task.yield() }
            store.open()
            for try await count in group { #expect(count == 1 || count == 3) }
        }
        #expect(store.loads <= 2)
        #expect(store.base.counts.nodesLoaded == 3)
    }

    @Test("a load that fails fails only for the task that did it; the others try again")
    func failureIsNotShared() async throws {
        let store = GatedStore()
        let node = try Self.nodes(1)[0]
        try await store.save([node])
        store.fail(1)
        let source = NodeSource(store: store, cache: NodeCache(maxBytes: 1 << 20))
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask { (try? await source.node(node.hash)) == nil }
            }
            while store.loads == 0 { await Task.yield() }
            for _ in 0..<100 { await Task.yield() }
            store.open()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 1)
        #expect(source.cached(node.hash) != nil)
    }

    @Test("a task that is cancelled stops waiting for another's load")
    func cancellation() async throws {
        let store = GatedStore()
        let node = try Self.nodes(1)[0]
        try await store.save([node])
        let source = NodeSource(store: store, cache: NodeCache(maxBytes: 1 << 20))
        let first = Task { try await source.node(node.hash).count }
        while store.loads == 0 { await Task.yield() }
        let second = Task { try await source.node(node.hash).count }
        for _ in 0..<50 { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        store.open()
        #expect(try await first.value == 1)
    }

    @Test("damaged bytes are an error that names the node, are not kept, and mended bytes are found")
    func corruption() async throws {
        let store = MemoryNodeStore()
        let node = try Self.nodes(1)[0]
        let source = NodeSource(store: store, cache: NodeCache(maxBytes: 1 << 20))
        await #expect(throws: TreeError.missingNode(node.hash)) { try await source.node(node.hash) }
        var bytes = node.bytes
        bytes[bytes.count - 6] ^= 1
        store.replace(node.hash, with: bytes)
        for _ in 0..<2 {
            await #expect(throws: TreeError.corruptNode(node.hash, reason: "its bytes have another hash")) {
                try await source.node(node.hash)
            }
        }
        store.replace(node.hash, with: node.bytes)
        #expect(try await source.node(node.hash).bytes == node.bytes)
    }

    @Test("an operation that meets a damaged or missing node fails with it")
    func operationsFail() async throws {
        var generator = Generator(12)
        let fixture = Fixture()
        let model = generator.model(1_500)
        let root = try await fixture.build(model)
        let other = try await fixture.tree.apply(
            to: root, model.keys.map { TreeChange(key: $0, value: generator.entry()[...]) })
        var leaves: [NodeHash] = []
        try await fixture.tree.walk(root) { hash, level in
            if level == 0 { leaves.append(hash) }
            return true
        }
        let victim = leaves[leaves.count / 2]
        let whole = try await fixture.tree.nodes.node(victim)
        let key = RowCursor(whole).key
        for bytes in [nil, Array(whole.bytes.dropLast())] {
            fixture.store.replace(victim, with: bytes)
            let error: TreeError =
                bytes == nil ? .missingNode(victim) : .corruptNode(victim, reason: "its bytes have another hash")
            await #expect(throws: error) { try await fixture.uncached.get(root, key) }
            await #expect(throws: error) { try await fixture.uncached.get(root, [key]) }
            await #expect(throws: error) { try await DiffTests.all(fixture.uncached.diff(root, other.root)) }
            await #expect(throws: error) {
                try await fixture.uncached.apply(to: root, [TreeChange(key: key, value: nil)])
            }
            await #expect(throws: error) { try await fixture.uncached.scan(root) { _, _ in } }
            await #expect(throws: error) {
                let cursor = fixture.uncached.cursor(root)
                try await cursor.seek(to: [])
                while cursor.key != nil { try await cursor.advance() }
            }
        }
    }

    @Test("a small cache under many tasks stays in its bounds and gives right answers")
    func boundedUnderLoad() async throws {
        var generator = Generator(14)
        let fixture = Fixture(cacheBytes: 40_000)
        let model = generator.model(1_500)
        let root = try await fixture.build(model)
        let tree = fixture.tree
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    let keys = model.keys
                    for _ in 0..<200 {
                        let key = keys[random.below(keys.count)]
                        let entry = try await tree.get(root, key)
                        #expect(entry.map { Array($0.bytes) } == model[key])
                    }
                }
            }
            try await group.waitForAll()
        }
        let cache = tree.nodes.cache
        #expect(cache.bytes <= cache.maxBytes)
        #expect(cache.bytes > cache.maxBytes / 2)
        #expect(cache.counts.evictions > 0)
    }
}
