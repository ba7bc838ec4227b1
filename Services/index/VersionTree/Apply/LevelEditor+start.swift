/// Where a region begins.
extension LevelEditor {
    /// Begins a region for a change, and brings in the old rows before the node that takes it.
    func open(at key: [UInt8]) async throws {
        guard var start = path else {
            region = Region(chunking, level: level, keyHash: keyHash, start: nil, startsLevel: true)
            return
        }
        try await start.move(to: key, reader)
        let left = try await goBack(&start)
        var region = Region(
            chunking, level: level, keyHash: keyHash, start: start, startsLevel: try start.place.isFirst)
        if let end = left.endToCheck { region.unchecked = UncheckedEnd(priority(of: end)) }
        self.region = region
        path = start
        try await enterNode()
        while let place = self.region?.place, !place.takes(key) {
            self.region?.takeRest()
            try await path?.moveForward(reader)
            try await enterNode()
        }
    }

    /// Moves back from a node with changes, or from one whose left end has fallen, until there is an end on the left that
    /// the changes cannot move; one step is enough unless ends were forced.
    ///
    /// - Returns: the end on the left of where it began, if that is natural: it stands unless a changed row within a window
    ///   behind it undercuts it.
    @discardableResult
    private func goBack(_ start: inout LevelPath) async throws -> (endToCheck: [UInt8]?, steps: Int) {
        for steps in 0... {
            if try start.place.isFirst { return (nil, steps) }
            var before = start
            try await before.moveBack(reader)
            let left = try before.place
            if left.lastKey == settledKey { return (nil, steps) }
            if left.isNatural { return (steps == 0 ? left.lastKey : nil, steps) }
            if steps >= maxStepsBack { return (nil, steps) }
            start = before
        }
        return (nil, 0)
    }

    private func priority(of key: [UInt8]) -> UInt64 {
        keyHash.priority(key.withUnsafeBytes { keyHash.base($0) }, level: level)
    }

    /// Looks whether the natural end on the left of the region still stands; if not, the region begins further left.
    ///
    /// - Parameter isEnd: no rows will follow.
    func checkStart(isEnd: Bool) async throws {
        guard var unchecked = region?.unchecked, let rows = region?.rows else { return }
        var stands: Bool?
        while stands == nil, unchecked.nextRow < rows.next {
            let row = rows[unchecked.nextRow]
            if row.end > chunking.windowBytes {
                stands = true
            } else if keyHash.priority(row.hash, level: level) < unchecked.priority {
                stands = false
            }
            unchecked.nextRow += 1
        }
        // The end of the level within a window behind it undercuts it, too.
        if stands == nil, isEnd { stands = false }
        region?.unchecked = stands == nil ? unchecked : nil
        if stands == false { try await extendBack() }
    }

    /// Takes old nodes on the left into the region.
    private func extendBack() async throws {
        guard let oldStart = region?.start else { return }
        var start = oldStart
        try await start.moveBack(reader)
        let steps = try await goBack(&start).steps
        var nodes: [(Node, LevelPath.Place)] = []
        var step = start
        for index in 0...steps {
            if index > 0 { try await step.moveForward(reader) }
            let place = try step.place
            nodes.append((try await reader.node(place.hash, level: level), place))
        }
        region?.prepend(nodes, start: start, startsLevel: try start.place.isFirst)
    }
}
