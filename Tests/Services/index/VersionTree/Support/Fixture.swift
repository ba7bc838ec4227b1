import Domain

@testable import VersionTree

/// A tree over a store in memory, with small nodes so that few entries make many levels.
struct Fixture {
    let store = MemoryNodeStore()
    let tree: Tree

    init(window: Int = 400, maximum: Int? = nil, cacheBytes: Int = 1 << 26, salt: UInt8 = 7) {
        tree = Tree(
            nodes: NodeSource(store: store, cache: NodeCache(maxBytes: cacheBytes)),
            chunking: Chunking(salt: Fixture.salt(salt), windowBytes: window, maxBytes: maximum ?? 8 * window))
    }

    static func salt(_ byte: UInt8) -> Salt {
        guard let salt = Salt((0..<16).map { byte &+ 31 &* $0 }) else { fatalError("a salt of 16 bytes") }
        return salt
    }

    /// Sees only what the store has.
    var uncached: Tree {
        Tree(nodes: NodeSource(store: store, cache: NodeCache(maxBytes: 1 << 26)), chunking: tree.chunking)
    }

    func build(_ model: Model) async throws -> NodeHash {
        try await tree.apply(to: Tree.emptyRoot, model.puts).root
    }

    /// Everything below a root, read by walking plainly.
    func contents(_ root: NodeHash) async throws -> Model {
        var model = Model()
        try await collect(try await tree.nodes.node(root), into: &model)
        return model
    }

    private func collect(_ node: Node, into model: inout Model) async throws {
        var row = RowCursor(node)
        while row.isValid {
            if node.isLeaf {
                model[row.key] = Array(row.value)
            } else if let child = row.child {
                try await collect(try await tree.nodes.node(child.hash), into: &model)
            }
            row.advance()
        }
    }

    /// The last keys of the nodes of each level, leaves first.
    func ends(_ root: NodeHash) async throws -> [[[UInt8]]] {
        var ends: [[[UInt8]]] = []
        var nodes = [try await tree.nodes.node(root)]
        while let first = nodes.first {
            ends.insert(nodes.map { RowCursor($0, at: $0.count - 1).key }, at: 0)
            guard !first.isLeaf else { break }
            var children: [Node] = []
            for node in nodes {
                var row = RowCursor(node)
                while row.isValid {
                    if let child = row.child { children.append(try await tree.nodes.node(child.hash)) }
                    row.advance()
                }
            }
            nodes = children
        }
        return ends
    }
}
