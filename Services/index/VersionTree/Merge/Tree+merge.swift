extension Tree {
    /// Brings into the destination what changed from base to source: what only the source changed is taken, what both
    /// changed alike stays, the rest are conflicts.
    ///
    /// Costs what the source changed, however far the destination went.
    ///
    /// - Parameter resolve: what settles a conflict; `nil` leaves it one, and no tree is made.
    /// - Throws: `TreeError`, or what `resolve` or the store throws.
    package func merge(
        base: NodeHash, source: NodeHash, into destination: NodeHash,
        resolve: (MergeConflict) async throws -> MergeSide? = { _ in nil }
    ) async throws -> Merged {
        let diff = diff(base, source)
        let reader = NodeReader(nodes)
        let top = try await reader.root(destination)
        let run = try await ApplyRun(self, root: destination, equalIdentity: .keepsOld)
        var merged = Merged()
        while true {
            let rows = try await Self.nextRows(of: diff)
            guard !rows.isEmpty else { break }
            merged.sourceChanges += rows.count
            try await reader.holdPaths(from: top, to: rows.map(\.key)[...])
            var changes: [TreeChange] = []
            for row in rows {
                let current = try await Self.get(top, row.key, reader)
                switch try await Self.decide(row, current, resolve) {
                case .take(let value): changes.append(TreeChange(key: row.key, value: value))
                case .leave: break
                case .conflict(let conflict):
                    merged.conflictCount += 1
                    if merged.conflicts.count < Merged.maxConflictsListed { merged.conflicts.append(conflict) }
                }
            }
            // With a conflict there will be no tree: from now on they are only collected.
            if merged.conflictCount == 0 { try await run.process(changes) }
        }
        if merged.conflictCount == 0 { merged.applied = try await run.finish() }
        return merged
    }

    private static func nextRows(of diff: TreeDiff) async throws -> [DiffRow] {
        var rows: [DiffRow] = []
        while rows.count < ApplyRun.maxChangesPerStep, let row = try await diff.next() { rows.append(row) }
        return rows
    }

    private enum Decision {
        case take(ArraySlice<UInt8>?)
        case leave
        case conflict(MergeConflict)
    }

    private static func decide(
        _ row: DiffRow, _ current: EntryView?, _ resolve: (MergeConflict) async throws -> MergeSide?
    ) async throws -> Decision {
        switch try compare(row, current) {
        case .onlySource: return .take(row.right?.bytes)
        case .alike: return .leave
        case .conflict(let conflict):
            switch try await resolve(conflict) {
            case .source: return .take(row.right?.bytes)
            case .destination: return .leave
            case .neither: return current == nil ? .leave : .take(nil)
            case nil: return .conflict(conflict)
            }
        }
    }

    /// How a change of the source stands to the destination.
    enum Comparison {
        case onlySource
        case alike
        case conflict(MergeConflict)
    }

    /// - Parameter row: what the source changed since the base.
    static func compare(_ row: DiffRow, _ current: EntryView?) throws(TreeError) -> Comparison {
        if try isSame(current, row.left) { return .onlySource }
        if try isSame(current, row.right) { return .alike }
        return .conflict(MergeConflict(key: row.key, base: row.left, source: row.right, destination: current))
    }

    private static func isSame(_ left: EntryView?, _ right: EntryView?) throws(TreeError) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): try left.hasSameIdentity(as: right)
        default: false
        }
    }
}
