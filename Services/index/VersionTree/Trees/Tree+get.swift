/// What a look-up without waiting found.
package enum CachedLookup: Sendable {
    case found(EntryView)
    case absent
    /// A node would have to be loaded first.
    case notCached
}

extension Tree {
    /// The entry of a key, if there is one.
    ///
    /// - Throws: `TreeError`, or what the store throws.
    package func get(_ root: NodeHash, _ key: [UInt8]) async throws -> EntryView? {
        var hash = root
        var level: Int?
        while true {
            let node: Node
            if let cached = try cached(hash, level) {
                node = cached
            } else {
                _ = try await nodes.node(hash)
                continue
            }
            switch Self.step(node, key) {
            case .down(let child):
                hash = child
                level = node.level - 1
            case .found(let entry): return entry
            case .absent: return nil
            }
        }
    }

    /// The same without waiting.
    package func getCached(_ root: NodeHash, _ key: [UInt8]) throws(TreeError) -> CachedLookup {
        var hash = root
        var level: Int?
        while let node = try cached(hash, level) {
            switch Self.step(node, key) {
            case .down(let child):
                hash = child
                level = node.level - 1
            case .found(let entry): return .found(entry)
            case .absent: return .absent
            }
        }
        return .notCached
    }

    /// Many keys, in any order, in few round trips; the answers are in the order of the keys.
    package func get(_ root: NodeHash, _ keys: [[UInt8]]) async throws -> [EntryView?] {
        let order = keys.indices.sorted { Bytes.isLess(keys[$0], keys[$1]) }
        let reader = NodeReader(nodes)
        let top = try await reader.root(root)
        var entries = [EntryView?](repeating: nil, count: keys.count)
        for start in stride(from: 0, to: order.count, by: ApplyRun.maxChangesPerStep) {
            let step = order[start..<min(start + ApplyRun.maxChangesPerStep, order.count)]
            try await reader.holdPaths(from: top, to: step.map { keys[$0] }[...])
            for index in step { entries[index] = try await Self.get(top, keys[index], reader) }
        }
        return entries
    }

    /// Looks a key up below a node.
    static func get(_ top: Node, _ key: [UInt8], _ reader: NodeReader) async throws -> EntryView? {
        var node = top
        while true {
            switch step(node, key) {
            case .down(let child): node = try await reader.node(child, level: node.level - 1)
            case .found(let entry): return entry
            case .absent: return nil
            }
        }
    }

    private func cached(_ hash: NodeHash, _ level: Int?) throws(TreeError) -> Node? {
        guard let level else { return nodes.cached(hash) }
        return try nodes.cached(hash, level: level)
    }

    private enum Step {
        case down(NodeHash)
        case found(EntryView)
        case absent
    }

    private static func step(_ node: Node, _ key: [UInt8]) -> Step {
        let place = key.withUnsafeBytes { node.lowerBound($0) }
        guard place.index < node.count else { return .absent }
        guard node.isLeaf else {
            guard let child = node.child(at: place.payload) else { return .absent }
            return .down(child.hash)
        }
        return place.isEqual ? .found(EntryView(node.bytes[place.payload])) : .absent
    }
}
