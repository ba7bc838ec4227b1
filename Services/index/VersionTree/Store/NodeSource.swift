/// The nodes of one repository: its store behind the process's cache. Whatever comes out of it has been verified.
package struct NodeSource: Sendable {
    /// The most nodes that are asked of a store at once.
    package static let maxNodesPerLoad = 64

    package let store: any NodeStore
    package let cache: NodeCache

    package init(store: any NodeStore, cache: NodeCache) {
        self.store = store
        self.cache = cache
    }

    /// The node if that needs no waiting.
    package func cached(_ hash: NodeHash) -> Node? {
        if hash == Node.empty.hash { return Node.empty }
        return cache.node(hash)
    }

    /// - Throws: `TreeError.missingNode`, `TreeError.corruptNode`, or what the store throws.
    package func node(_ hash: NodeHash) async throws -> Node {
        if let node = cached(hash) { return node }
        guard let node = try await nodes([hash])[hash] else { throw TreeError.missingNode(hash) }
        return node
    }

    /// The node if that needs no waiting.
    ///
    /// - Throws: `TreeError.corruptNode` if it is not on this level.
    @inline(__always)
    func cached(_ hash: NodeHash, level: Int) throws(TreeError) -> Node? {
        guard let node = cached(hash) else { return nil }
        guard node.level == level else { throw TreeError.corruptNode(hash, reason: "not on level \(level)") }
        return node
    }

    /// All of these nodes, in as few round trips as there are batches of `maxNodesPerLoad`; concurrent loads of the same
    /// node share one.
    ///
    /// - Throws: `TreeError.missingNode`, `TreeError.corruptNode`, or what the store throws.
    package func nodes(_ hashes: [NodeHash]) async throws -> [NodeHash: Node] {
        var result: [NodeHash: Node] = [:]
        var wanted = hashes
        while !wanted.isEmpty {
            if wanted.contains(Node.empty.hash) {
                result[Node.empty.hash] = Node.empty
                wanted.removeAll { $0 == Node.empty.hash }
            }
            let plan = cache.plan(wanted)
            result.merge(plan.found) { first, _ in first }
            for start in stride(from: 0, to: plan.mine.count, by: Self.maxNodesPerLoad) {
                let batch = Array(plan.mine[start..<min(start + Self.maxNodesPerLoad, plan.mine.count)])
                do {
                    let loaded = try await load(batch)
                    cache.land(batch, loaded)
                    result.merge(loaded) { first, _ in first }
                } catch {
                    cache.land(Array(plan.mine[start...]), [:])
                    throw error
                }
            }
            for flight in plan.awaited {
                if let node = try await flight.wait() { result[flight.hash] = node }
            }
            wanted = plan.awaited.map(\.hash).filter { result[$0] == nil }
        }
        return result
    }

    private func load(_ hashes: [NodeHash]) async throws -> [NodeHash: Node] {
        var nodes: [NodeHash: Node] = [:]
        var missing: [NodeHash] = []
        for hash in hashes {
            if let node = cache.file?.node(hash) { nodes[hash] = node } else { missing.append(hash) }
        }
        guard !missing.isEmpty else { return nodes }
        for (hash, bytes) in zip(missing, try await store.load(missing)) {
            guard let bytes else { throw TreeError.missingNode(hash) }
            nodes[hash] = try Node(bytes, named: hash)
        }
        guard nodes.count == hashes.count, hashes.allSatisfy({ nodes[$0] != nil }) else {
            throw TreeError.missingNode(hashes.first { nodes[$0] == nil } ?? Node.empty.hash)
        }
        return nodes
    }

    /// Makes nodes durable, then keeps them in the cache.
    package func save(_ nodes: [Node]) async throws {
        try await store.save(nodes)
        cache.insert(nodes)
    }
}
