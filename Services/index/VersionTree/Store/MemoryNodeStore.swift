import Synchronization

/// Nodes in memory, for tests and tools.
package final class MemoryNodeStore: NodeStore {
    /// What the store was asked to do.
    package struct Counts: Sendable, Hashable {
        package var loadCalls = 0
        package var nodesLoaded = 0
        package var saveCalls = 0
        package var nodesSaved = 0
        package var bytesSaved = 0
    }

    private struct State {
        var nodes: [NodeHash: [UInt8]] = [:]
        var counts = Counts()
    }

    private let state = Mutex(State())

    package init() {}

    package func load(_ hashes: [NodeHash]) async throws -> [[UInt8]?] {
        state.withLock { state in
            state.counts.loadCalls += 1
            state.counts.nodesLoaded += hashes.count
            return hashes.map { state.nodes[$0] }
        }
    }

    package func save(_ nodes: [Node]) async throws {
        state.withLock { state in
            state.counts.saveCalls += 1
            for node in nodes {
                state.counts.nodesSaved += 1
                state.counts.bytesSaved += node.bytes.count
                state.nodes[node.hash] = node.bytes
            }
        }
    }

    package var counts: Counts { state.withLock { $0.counts } }

    package func resetCounts() { state.withLock { $0.counts = Counts() } }

    package var hashes: Set<NodeHash> { state.withLock { Set($0.nodes.keys) } }

    /// Sets or removes the bytes kept under a name, as damage would.
    package func replace(_ hash: NodeHash, with bytes: [UInt8]?) { state.withLock { $0.nodes[hash] = bytes } }
}
