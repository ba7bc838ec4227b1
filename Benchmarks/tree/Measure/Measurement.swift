import Seeded
import VersionTree

/// One tree of one node size, and what is done to it.
struct Measurement {
    let store = MemoryNodeStore()
    let tree: Tree
    let count: Int
    var random = SeededGenerator(seed: 42)
    var keys: [[UInt8]] = []
    var root = Tree.emptyRoot

    /// - Parameter window: in bytes; half of the mean weight of a node.
    init(count: Int, window: Int) {
        let salt = (0..<Salt.byteCount).map { UInt8(37 * $0 % 251) }
        guard let salt = Salt(salt) else { fatalError("a salt of 16 bytes") }
        self.count = count
        tree = Tree(
            nodes: NodeSource(store: store, cache: NodeCache(maxBytes: 4 << 30)),
            chunking: Chunking(salt: salt, windowBytes: window, maxBytes: 8 * window))
    }

    private func tell(_ what: String, _ number: Double, _ unit: String, _ more: String = "") {
        let rounded = number < 100 ? String((number * 100).rounded() / 100) : String(Int(number.rounded()))
        print("  \(what): \(rounded) \(unit)\(more.isEmpty ? "" : "; \(more)")")
    }

    mutating func run(_ operations: Set<String>) async throws {
        func wants(_ name: String) -> Bool { operations.isEmpty || operations.contains(name) }
        try await build(repeats: wants("build"))
        if wants("apply1") { try await applyOne() }
        for amount in [1, 10, 1_000, 10_000] where amount <= count / 10 {
            if wants("apply") || wants("diff") || wants("merge") { try await changes(amount, wants) }
        }
        if wants("get") { try await get() }
        if wants("list") { try await list() }
        if wants("load") { try await load() }
    }

    private mutating func build(repeats: Bool) async throws {
        var changes: [TreeChange] = []
        for number in 0..<count {
            keys.append(Content.key(number, &random))
            changes.append(TreeChange(key: keys[number], value: Content.value(&random)))
        }
        let applied = try await tree.apply(to: Tree.emptyRoot, changes)
        root = applied.root
        var levels: [Int: Int] = [:]
        try await tree.walk(root) { _, level in
            levels[level, default: 0] += 1
            return true
        }
        let nodes = levels.sorted { $0.key < $1.key }.map(\.value)
        tell("bytes an entry", Double(applied.bytesWritten) / Double(count), "B", "nodes by level \(nodes)")
        guard repeats else { return }
        let micros = try await Clock.micros(rounds: 3, runs: 1) { _ in
            _ = try await tree.apply(to: Tree.emptyRoot, changes)
        }
        tell("build", micros / 1_000, "ms")
    }

    private mutating func applyOne() async throws {
        var changes: [TreeChange] = []
        for number in 0..<2_100 {
            let index = random.below(count)
            let key = number % 2 == 0 ? keys[index] : Content.key(index, &random)
            changes.append(TreeChange(key: key, value: Content.value(&random)))
        }
        var nodes: [Int] = []
        var bytes = 0
        let micros = try await Clock.micros(runs: changes.count / 7) { run in
            let applied = try await tree.apply(to: root, [changes[run]])
            nodes.append(applied.nodesWritten)
            bytes += applied.bytesWritten
        }
        let runs = Double(changes.count)
        nodes.sort()
        let mean = Double(nodes.reduce(0, +)) / runs
        tell(
            "apply 1", micros, "us",
            "nodes \(mean), p99 \(nodes[nodes.count * 99 / 100]), most \(nodes[nodes.count - 1]); bytes written "
                + "\(Int(Double(bytes) / runs))")
    }

    private mutating func changes(_ amount: Int, _ wants: (String) -> Bool) async throws {
        let changes = Content.updates(amount, of: keys, &random)
        let applied = try await tree.apply(to: root, changes)
        let runs = max(1, 2_000 / amount)
        if wants("apply"), amount > 1 {
            let micros = try await Clock.micros(runs: max(1, runs / 10)) { _ in
                _ = try await tree.apply(to: root, changes)
            }
            tell("apply \(amount)", micros, "us", "nodes \(applied.nodesWritten), bytes \(applied.bytesWritten)")
        }
        if wants("diff") {
            let micros = try await Clock.micros(runs: runs) { _ in
                let diff = tree.diff(root, applied.root)
                while try await diff.next() != nil {}
            }
            tell("diff of \(amount)", micros, "us")
        }
        if wants("merge"), amount > 1 {
            // The destination has as many changes of its own.
            let taken = Set(changes.map(\.key))
            let other = Content.updates(amount, of: keys, &random).filter { !taken.contains($0.key) }
            let destination = try await tree.apply(to: root, other).root
            let micros = try await Clock.micros(runs: max(1, runs / 10)) { _ in
                _ = try await tree.merge(base: root, source: applied.root, into: destination)
            }
            tell("merge of \(amount)", micros, "us")
        }
    }

    private mutating func get() async throws {
        let wanted = (0..<100_000).map { _ in keys[random.below(count)] }
        let micros = try await Clock.micros(runs: wanted.count / 7) { _ = try await tree.get(root, wanted[$0]) }
        tell("get", micros, "us")
    }

    private mutating func list() async throws {
        let places = (0..<350).map { _ in keys[random.below(max(1, count - 1_000))] }
        let micros = try await Clock.micros(runs: 50) { run in
            let cursor = OverlayCursor(newestFirst: [tree.cursor(root)])
            _ = try await cursor.page(ListRequest(after: places[run], amount: 1_000))
        }
        tell("list 1,000", micros, "us")
        let staged = Content.updates(count / 10, of: keys, &random)
        let overlaid = try await Clock.micros(runs: 50) { run in
            let cursor = OverlayCursor(newestFirst: [SortedRows(staged), tree.cursor(root)])
            _ = try await cursor.page(ListRequest(after: places[run], amount: 1_000))
        }
        tell("list 1,000, a tenth staged anew", overlaid, "us")
        let folded = try await Clock.micros(runs: 50) { run in
            let cursor = OverlayCursor(newestFirst: [tree.cursor(root)])
            _ = try await cursor.page(
                ListRequest(prefix: Array("table=events/".utf8), delimiter: [UInt8(ascii: "/")], amount: 1_000))
        }
        tell("list folded into years", folded, "us")
    }

    /// What a node costs that is not in the cache, but for the store: hash and form are checked.
    private func load() async throws {
        var hashes: [NodeHash] = []
        try await tree.walk(root) { hash, _ in
            if hashes.count < 1_000 { hashes.append(hash) }
            return true
        }
        let micros = try await Clock.micros(runs: 1) { _ in
            let cold = NodeSource(store: store, cache: NodeCache(maxBytes: 4 << 30))
            _ = try await cold.nodes(hashes)
        }
        tell("load and check a node", micros / Double(hashes.count), "us")
    }
}
