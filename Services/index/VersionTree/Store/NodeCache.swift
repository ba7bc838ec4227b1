import Synchronization

/// Nodes in memory, shared by all tasks and repositories of a process, bounded by their bytes.
///
/// A node never changes, so nothing here is ever stale. What is used least recently goes first, by the "clock" rule; it goes to a file
/// if there is one.
package final class NodeCache: Sendable {
    private struct Slot {
        let node: Node
        var wasUsed: Bool
    }

    private struct State {
        var places: [NodeHash: Int] = [:]
        var slots: [Slot] = []
        var hand = 0
        var bytes = 0
        var flights: [NodeHash: NodeFlight] = [:]
        var counts = Counts()
    }

    /// What happened so far, for metrics.
    package struct Counts: Sendable, Hashable {
        package var hits: UInt64 = 0
        package var misses: UInt64 = 0
        package var evictions: UInt64 = 0
    }

    /// What a node costs beside its bytes: the object, its slot and its place in the dictionary.
    static let overheadBytesPerNode = 224

    package let maxBytes: Int
    package let file: NodeFile?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maxBytes: of nodes with their overhead.
    ///   - file: for what there is no room for in memory.
    package init(maxBytes: Int, file: NodeFile? = nil) {
        self.maxBytes = maxBytes
        self.file = file
    }

    package var counts: Counts { state.withLock { $0.counts } }
    /// Held now, with overhead.
    package var bytes: Int { state.withLock { $0.bytes } }

    /// The node if it is here.
    package func node(_ hash: NodeHash) -> Node? {
        let known: Node? = state.withLock { state in
            guard let place = state.places[hash] else { return nil }
            state.counts.hits &+= 1
            state.slots[place].wasUsed = true
            return state.slots[place].node
        }
        if let known { return known }
        if let node = file?.node(hash) {
            insert([node])
            return node
        }
        state.withLock { $0.counts.misses &+= 1 }
        return nil
    }

    /// Keeps nodes, letting others go to make room.
    package func insert(_ nodes: [Node]) {
        let gone = state.withLock { state in
            var gone: [Node] = []
            for node in nodes { insert(node, &state, &gone) }
            return gone
        }
        if !gone.isEmpty { file?.keep(gone) }
    }

    private func insert(_ node: Node, _ state: inout State, _ gone: inout [Node]) {
        let cost = node.bytes.count + Self.overheadBytesPerNode
        guard state.places[node.hash] == nil, cost <= maxBytes else { return }
        while state.bytes + cost > maxBytes { gone.append(evictOne(&state)) }
        state.places[node.hash] = state.slots.count
        state.slots.append(Slot(node: node, wasUsed: false))
        state.bytes += cost
    }

    private func evictOne(_ state: inout State) -> Node {
        while true {
            if state.hand >= state.slots.count { state.hand = 0 }
            guard state.slots[state.hand].wasUsed else { break }
            state.slots[state.hand].wasUsed = false
            state.hand += 1
        }
        let victim = state.slots[state.hand].node
        state.places[victim.hash] = nil
        state.bytes -= victim.bytes.count + Self.overheadBytesPerNode
        state.counts.evictions &+= 1
        let last = state.slots.removeLast()
        if state.hand < state.slots.count {
            state.slots[state.hand] = last
            state.places[last.node.hash] = state.hand
            // It came last, so its turn to go comes last, too.
            state.hand += 1
        }
        return victim
    }
}

extension NodeCache {
    /// What a task that misses nodes has to do.
    struct Plan {
        /// Here already.
        var found: [NodeHash: Node] = [:]
        /// Nobody loads these yet: this task does, and then calls `land`.
        var mine: [NodeHash] = []
        /// Another task is loading these.
        var awaited: [NodeFlight] = []
    }

    /// Decides who loads what, so that no node is loaded twice at a time.
    func plan(_ hashes: [NodeHash]) -> Plan {
        state.withLock { state in
            var plan = Plan()
            for hash in hashes where plan.found[hash] == nil {
                if let place = state.places[hash] {
                    state.slots[place].wasUsed = true
                    plan.found[hash] = state.slots[place].node
                } else if let flight = state.flights[hash] {
                    if !plan.mine.contains(hash) { plan.awaited.append(flight) }
                } else {
                    state.flights[hash] = NodeFlight(hash)
                    plan.mine.append(hash)
                }
            }
            return plan
        }
    }

    /// Ends loads that `plan` gave out, with their nodes or, where they failed, without.
    func land(_ hashes: [NodeHash], _ nodes: [NodeHash: Node]) {
        insert(Array(nodes.values))
        let flights = state.withLock { state in hashes.compactMap { state.flights.removeValue(forKey: $0) } }
        for flight in flights { flight.land(nodes[flight.hash]) }
    }
}
