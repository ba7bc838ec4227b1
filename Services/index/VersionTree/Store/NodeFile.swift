import CLinux
import Cryptography
import Dispatch
import Glibc
import Synchronization

/// Nodes that memory has no room for, in a file on the machine's own disk: to read one there costs a twentieth of what the store costs.
///
/// The file has no name, so it ends with the process, and its records bear a check under a key of this process alone. Records
/// are written one behind the other; at the end of the file the oldest make room. A record that was overwritten while it was read, or
/// that the disk altered, fails its check and counts as absent. Writing is done on a thread of its own; what waits for that is found
/// meanwhile, and what comes while too much waits is not kept.
package final class NodeFile: Sendable {
    /// Of a file, in bytes.
    package static let validBytes = (16 << 20)...(1 << 40)
    /// Nodes that wait to be written, in bytes.
    private static let maxWaiting = 8 << 20
    /// The file grows only while so many bytes of its disk stay free.
    private static let leastFree = 1 << 30
    /// The free space is looked at each time the file has grown by so many units.
    private static let growth = (64 << 20) / NodeRecord.unit

    private struct Place {
        /// In units.
        let start: UInt32
        /// Of the node, in bytes.
        let length: UInt32
    }

    private struct State {
        /// By the first eight bytes of the hash; a record says itself which node it is.
        var places: [UInt64: Place] = [:]
        /// The records in the order in which they lie in the file from `head` on.
        var records = Queue<(name: UInt64, start: UInt32)>()
        /// Where the next record begins, in units.
        var head = 0
        /// How many units there are; less than at first where the disk was too full to grow on.
        var limit: Int
        /// Up to where the free space has been looked at.
        var grown = 0
        var waiting: [NodeHash: Node] = [:]
        var waitingBytes = 0
        var isWriting = false
        var isBroken = false
        var counts = Counts()
    }

    /// What happened so far, for metrics.
    package struct Counts: Sendable, Hashable {
        package var hits: UInt64 = 0
        package var written: UInt64 = 0
        /// Nodes that the machine had no longer in its memory.
        package var delayed: UInt64 = 0
        /// Records whose check failed.
        package var failures: UInt64 = 0
    }

    let descriptor: CInt
    private let record: NodeRecord
    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "tarn.node-file", qos: .utility)

    /// - Parameters:
    ///   - directory: on a disk; a file system in memory would not spare any.
    ///   - maxBytes: of the file; it takes no more than it has been filled with.
    /// - Throws: `NodeFileError`
    package init(in directory: String, maxBytes: Int) throws(NodeFileError) {
        guard let random = try? SecureRandom.bytes(Salt.byteCount), let salt = Salt(random) else {
            throw NodeFileError("there are no random bytes", nil)
        }
        record = NodeRecord(salt)
        descriptor = try Self.open(directory)
        let bytes = min(max(maxBytes, Self.validBytes.lowerBound), Self.validBytes.upperBound)
        state = Mutex(State(limit: bytes / NodeRecord.unit))
    }

    deinit { close(descriptor) }

    package var counts: Counts { state.withLock { $0.counts } }

    private static func open(_ directory: String) throws(NodeFileError) -> CInt {
        let descriptor = tarn_unnamed_file(directory)
        if descriptor == -ENODEV { throw NodeFileError("the folder is in memory", nil) }
        guard descriptor >= 0 else { throw NodeFileError("cannot make the file", -descriptor) }
        var byte: UInt8 = 0
        let count = tarn_read_cached(descriptor, &byte, 1, 0)
        guard count == 0 else {
            close(descriptor)
            throw NodeFileError("its disk cannot be read without waiting", CInt(-count))
        }
        return descriptor
    }

    /// The node, if it is here and can be read without waiting for the disk.
    func node(_ hash: NodeHash) -> Node? {
        enum Found { case node(Node), place(Place), nothing }
        let found: Found = state.withLock { state in
            if let node = state.waiting[hash] { return .node(node) }
            return state.places[Self.name(hash)].map { .place($0) } ?? .nothing
        }
        switch found {
        case .nothing: return nil
        case .node(let node): return node
        case .place(let place):
            let read = record.read(descriptor, at: Int(place.start), length: Int(place.length), hash)
            state.withLock { state in
                switch read {
                case .node: state.counts.hits &+= 1
                case .notInMemory: state.counts.delayed &+= 1
                case .damaged:
                    state.counts.failures &+= 1
                    if state.places[Self.name(hash)]?.start == place.start { state.places[Self.name(hash)] = nil }
                }
            }
            guard case .node(let node) = read else { return nil }
            return node
        }
    }

    /// Writes those that are not here, some time.
    func keep(_ nodes: [Node]) {
        let starts = state.withLock { state in
            for node in nodes where !state.isBroken && state.waitingBytes < Self.maxWaiting {
                guard state.places[Self.name(node.hash)] == nil, state.waiting[node.hash] == nil else { continue }
                state.waiting[node.hash] = node
                state.waitingBytes += node.bytes.count
            }
            guard !state.isWriting, !state.waiting.isEmpty else { return false }
            state.isWriting = true
            return true
        }
        if starts { writer.async { self.writeAll() } }
    }

    /// Returns when what waits now is written.
    func drain() { writer.sync {} }

    private func writeAll() {
        while true {
            let nodes = state.withLock { state in
                if state.waiting.isEmpty { state.isWriting = false }
                return Array(state.waiting.values)
            }
            guard !nodes.isEmpty else { return }
            for node in nodes { write(node) }
        }
    }

    private func write(_ node: Node) {
        let units = NodeRecord.units(node)
        let start = state.withLock { reserve(units, &$0) }
        let isWritten = start.map { record.write(node, descriptor, at: $0) } ?? false
        state.withLock { state in
            if state.waiting.removeValue(forKey: node.hash) != nil { state.waitingBytes -= node.bytes.count }
            guard let start, isWritten else {
                state.isBroken = true
                state.places = [:]
                return
            }
            let name = Self.name(node.hash)
            state.places[name] = Place(start: UInt32(start), length: UInt32(clamping: node.bytes.count))
            state.records.append((name, UInt32(start)))
            state.counts.written &+= 1
        }
    }

    /// Where a record of so many units goes; the ones that lie there are forgotten first. Nil where there is no room for any.
    private func reserve(_ units: Int, _ state: inout State) -> Int? {
        if state.head + units > state.grown, state.grown < state.limit { grow(&state) }
        var start = state.head
        if start + units > state.limit {
            // What lies between here and the end goes as well: the oldest records are always those behind the head.
            while let oldest = state.records.first, Int(oldest.start) >= start { forget(oldest, &state) }
            start = 0
        }
        guard start + units <= state.limit else { return nil }
        while let oldest = state.records.first, Int(oldest.start) >= start, Int(oldest.start) < start + units {
            forget(oldest, &state)
        }
        state.head = start + units
        return start
    }

    private func forget(_ oldest: (name: UInt64, start: UInt32), _ state: inout State) {
        state.records.removeFirst()
        if state.places[oldest.name]?.start == oldest.start { state.places[oldest.name] = nil }
    }

    private func grow(_ state: inout State) {
        var system = statvfs()
        let free = fstatvfs(descriptor, &system) == 0 ? Int(clamping: system.f_bavail) * Int(system.f_frsize) : 0
        if free < Self.leastFree + Self.growth * NodeRecord.unit {
            state.limit = state.grown
        } else {
            state.grown = min(state.limit, state.grown + Self.growth)
        }
    }

    private static func name(_ hash: NodeHash) -> UInt64 {
        Swift.withUnsafeBytes(of: hash) { $0.loadUnaligned(as: UInt64.self) }
    }
}

/// Why there is no file for nodes.
package struct NodeFileError: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, _ code: CInt?) {
        description = code.map { "\(what): \(String(cString: strerror($0)))" } ?? what
    }
}
