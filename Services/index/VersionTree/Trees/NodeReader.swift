/// Reads nodes for one operation, holding on to those it fetched ahead.
final class NodeReader {
    /// More nodes than this are not held; what was fetched earlier goes first.
    static let maxHeld = 1_024

    let source: NodeSource
    private var held: [NodeHash: Node] = [:]

    init(_ source: NodeSource) { self.source = source }

    /// The node if that needs no waiting.
    ///
    /// - Throws: `TreeError.corruptNode` if it is not on this level.
    func ready(_ hash: NodeHash, level: Int) throws(TreeError) -> Node? {
        if !held.isEmpty, let node = held[hash] {
            guard node.level == level else { throw TreeError.corruptNode(hash, reason: "not on level \(level)") }
            return node
        }
        return try source.cached(hash, level: level)
    }

    func node(_ hash: NodeHash, level: Int) async throws -> Node {
        if let node = try ready(hash, level: level) { return node }
        let node = try await source.node(hash)
        guard node.level == level else { throw TreeError.corruptNode(hash, reason: "not on level \(level)") }
        return node
    }

    /// A root, whose level is not known before.
    func root(_ hash: NodeHash) async throws -> Node { try await source.node(hash) }

    /// Holds these nodes until `release`, loading those not at hand in as few round trips as possible.
    func hold(_ hashes: [NodeHash]) async throws {
        if held.count + hashes.count > Self.maxHeld { release() }
        var missing: [NodeHash] = []
        for hash in hashes where held[hash] == nil {
            if let node = source.cached(hash) { held[hash] = node } else { missing.append(hash) }
        }
        guard !missing.isEmpty else { return }
        held.merge(try await source.nodes(missing)) { first, _ in first }
    }

    func release() { held.removeAll(keepingCapacity: true) }
}

extension NodeReader {
    /// Holds every node on the way from the root to these keys, level by level, and nothing else.
    ///
    /// - Parameter keys: in ascending order.
    func holdPaths(from root: Node, to keys: ArraySlice<[UInt8]>) async throws {
        release()
        var parents: [(node: Node, keys: ArraySlice<[UInt8]>)] = [(root, keys)]
        while let level = parents.first?.node.level, level > 0 {
            var children: [(hash: NodeHash, keys: ArraySlice<[UInt8]>)] = []
            for (node, keys) in parents { Self.appendChildren(of: node, keys, to: &children) }
            try await hold(children.map(\.hash))
            parents = []
            for (hash, keys) in children { parents.append((try await node(hash, level: level - 1), keys)) }
        }
    }

    private static func appendChildren(
        of node: Node, _ keys: ArraySlice<[UInt8]>, to children: inout [(hash: NodeHash, keys: ArraySlice<[UInt8]>)]
    ) {
        var start = keys.startIndex
        while start < keys.endIndex {
            // Behind the last row there is only the last child to go to.
            let index = min(keys[start].withUnsafeBytes { node.lowerBound($0).index }, node.count - 1)
            let row = RowCursor(node, at: index)
            var end = start + 1
            while end < keys.endIndex, index == node.count - 1 || !Bytes.isLess(row.key, keys[end]) { end += 1 }
            if let child = row.child { children.append((child.hash, keys[start..<end])) }
            start = end
        }
    }
}
