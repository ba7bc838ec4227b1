/// Several sorted sources seen as one: of a key that several have, the entry of the newest counts; a tombstone hides it.
///
/// Used by one task at a time.
package final class OverlayCursor {
    private let sources: [any OverlaySource]
    /// Where each source stands; asked of it once a step.
    private var keys: [[UInt8]?]
    /// The number of the source of the row where it stands; `nil` at the end.
    private var winner: Int?

    /// - Parameter sources: a key's entry in an earlier one hides that in a later one.
    package init(newestFirst sources: [any OverlaySource]) {
        self.sources = sources
        keys = Array(repeating: nil, count: sources.count)
    }

    /// Where it stands; `nil` at the end, and before the first seek.
    package var key: [UInt8]? { winner.flatMap { keys[$0] } }

    /// The encoded entry there.
    package var value: ArraySlice<UInt8>? { winner.flatMap { sources[$0].value } }

    package var entry: EntryView? { value.map { EntryView($0) } }

    /// Goes to the first visible key that is not less than `key`; only ever forward.
    package func seek(to key: [UInt8]) async throws {
        for (number, source) in sources.enumerated() {
            try await source.seek(to: key)
            keys[number] = source.key
        }
        try await settle()
    }

    /// Goes to the next visible key.
    package func advance() async throws {
        guard let winner else { return }
        try await leave(winner)
        try await settle()
    }

    /// Goes to the next visible key if that needs no waiting; `false` if it does, and then `advance` must follow.
    func advanceIfReady() -> Bool {
        guard let winner else { return true }
        return leaveIfReady(winner) && settleIfReady()
    }

    /// Goes behind every key that begins with `prefix`, in every source, whatever they have there.
    package func seek(pastPrefix prefix: [UInt8]) async throws {
        guard let next = Bytes.successor(ofPrefix: prefix) else {
            winner = nil
            return
        }
        try await seek(to: next)
    }

    /// Finds the least key that is not hidden.
    private func settle() async throws {
        while !settleIfReady() {
            if let winner { try await leave(winner) }
        }
    }

    /// Finds the least key that is not hidden. On `false` it stands on a hidden one, behind which is not known what comes.
    private func settleIfReady() -> Bool {
        while let least = least() {
            winner = least
            if sources[least].hasValue { return true }
            if !leaveIfReady(least) { return false }
        }
        winner = nil
        return true
    }

    /// The source with the least key; of several, the newest.
    private func least() -> Int? {
        var best: Int?
        for number in keys.indices where keys[number] != nil {
            if let best, !isLess(number, best) { continue }
            best = number
        }
        return best
    }

    private func isLess(_ left: Int, _ right: Int) -> Bool {
        guard let left = keys[left], let right = keys[right] else { return false }
        return Bytes.isLess(left, right)
    }

    /// Takes every source behind the key at which `winner` stands.
    private func leave(_ winner: Int) async throws {
        for number in sources.indices where number != winner && keys[number] == keys[winner] {
            if !sources[number].advanceIfReady() { try await sources[number].advance() }
            keys[number] = sources[number].key
        }
        if !sources[winner].advanceIfReady() { try await sources[winner].advance() }
        keys[winner] = sources[winner].key
    }

    /// The same without waiting. `winner` goes last: as long as it stands, so does the key the others are to leave.
    private func leaveIfReady(_ winner: Int) -> Bool {
        for number in sources.indices where number != winner && keys[number] == keys[winner] {
            guard sources[number].advanceIfReady() else { return false }
            keys[number] = sources[number].key
        }
        guard sources[winner].advanceIfReady() else { return false }
        keys[winner] = sources[winner].key
        return true
    }
}
