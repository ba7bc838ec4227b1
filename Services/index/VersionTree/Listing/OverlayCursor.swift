/// Several sorted sources seen as one: of a key that several have, the entry of the newest counts; a tombstone hides it.
///
/// Used by one task at a time.
package final class OverlayCursor {
    private let sources: [any OverlaySource]
    /// The source of the row where it stands; `nil` at the end.
    private var winner: (any OverlaySource)?

    /// - Parameter sources: a key's entry in an earlier one hides that in a later one.
    package init(newestFirst sources: [any OverlaySource]) { self.sources = sources }

    /// Where it stands; `nil` at the end, and before the first seek.
    package var key: [UInt8]? { winner?.key }

    /// The encoded entry there.
    package var value: ArraySlice<UInt8>? { winner?.value }

    package var entry: EntryView? { winner?.value.map { EntryView($0) } }

    /// Goes to the first visible key that is not less than `key`; only ever forward.
    package func seek(to key: [UInt8]) async throws {
        for source in sources { try await source.seek(to: key) }
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
            if least.value != nil { return true }
            if !leaveIfReady(least) { return false }
        }
        winner = nil
        return true
    }

    /// The source with the least key; of several, the newest.
    private func least() -> (any OverlaySource)? {
        guard sources.count > 1 else { return sources.first.flatMap { $0.key == nil ? nil : $0 } }
        var best: (source: any OverlaySource, key: [UInt8])?
        for source in sources {
            guard let key = source.key else { continue }
            if let best, !Bytes.isLess(key, best.key) { continue }
            best = (source, key)
        }
        return best?.source
    }

    /// Takes every source behind the key at which `winner` stands.
    private func leave(_ winner: any OverlaySource) async throws {
        if sources.count > 1, let key = winner.key {
            for source in sources where source !== winner && source.key == key {
                if !source.advanceIfReady() { try await source.advance() }
            }
        }
        if !winner.advanceIfReady() { try await winner.advance() }
    }

    /// The same without waiting. `winner` goes last: as long as it stands, so does the key the others are to leave.
    private func leaveIfReady(_ winner: any OverlaySource) -> Bool {
        if sources.count > 1, let key = winner.key {
            for source in sources where source !== winner && source.key == key {
                guard source.advanceIfReady() else { return false }
            }
        }
        return winner.advanceIfReady()
    }
}
