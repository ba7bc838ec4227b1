/// Brings sorted changes into the nodes of one level, reading and writing only what they touch.
///
/// It works on a *region* at a time: a run of old nodes whose rows, with the changes among them, are cut anew. A region
/// begins behind an end that the changes cannot move, and closes at an old end that the new cuts meet again.
final class LevelEditor {
    let level: Int
    /// Ends further back than this many nodes cannot depend on a change: how far one that was forced looks ahead, given
    /// that all nodes but the last of a level are heavier than a window.
    var maxStepsBack: Int { chunking.maxBytes / chunking.windowBytes + 2 }

    let chunking: Chunking
    let keyHash: KeyHash
    let reader: NodeReader
    let rules: ChangeRules

    /// At the old node whose rows are coming in; `nil` if the old tree has nothing on this level.
    var path: LevelPath?
    var region: Region?
    /// The end at which the last region closed. The changes to come cannot move it.
    var settledKey: [UInt8]?

    /// Changes for the level above, in order.
    private(set) var output: [TreeChange] = []
    private(set) var written: [Node] = []
    private(set) var hasChanged = false

    init(level: Int, chunking: Chunking, reader: NodeReader, rules: ChangeRules, path: LevelPath?) {
        self.level = level
        self.chunking = chunking
        keyHash = KeyHash(chunking.salt)
        self.reader = reader
        self.rules = rules
        self.path = path
    }

    /// What was written since the last time.
    func takeWritten() -> [Node] {
        defer { written = [] }
        return written
    }

    /// The changes for the level above since the last time.
    func takeOutput() -> [TreeChange] {
        defer { output = [] }
        return output
    }

    /// Takes one change, which comes behind all before it.
    func process(_ change: TreeChange, _ counts: inout Applied) async throws {
        if try processReady(change, &counts) { return }
        if region == nil {
            try await open(at: change.key)
        } else {
            try await advance(to: change.key)
        }
        if try region?.merge(change, rules, &counts) == true { hasChanged = true }
        // Rows pile up where many changes come between two old ones.
        if isPiledUp { try await cutWhatIsCertain() }
    }

    /// Takes a change if it falls into the node whose rows are coming in; `false`, and nothing happens, if not.
    private func processReady(_ change: TreeChange, _ counts: inout Applied) throws(TreeError) -> Bool {
        guard !isPiledUp, region?.place.takes(change.key) == true else { return false }
        if try region?.merge(change, rules, &counts) == true { hasChanged = true }
        return true
    }

    /// Takes as many of the changes as need no waiting, and says how many.
    func processReady(_ changes: ArraySlice<TreeChange>, _ counts: inout Applied) throws(TreeError) -> Int {
        var taken = 0
        for change in changes {
            guard try processReady(change, &counts) else { break }
            taken += 1
        }
        return taken
    }

    private var isPiledUp: Bool {
        guard let weight = region?.rows.weight else { return false }
        return weight > chunking.maxBytes + 8 * chunking.windowBytes
    }

    /// Brings in old rows until the node that takes `key` is reached, closing the region on the way if it can be.
    private func advance(to key: [UInt8]) async throws {
        while let place = region?.place, !place.takes(key) {
            region?.takeRest()
            guard var next = path else { return }
            try await next.moveForward(reader)
            if !(try next.place.takes(key)), try await close() { return try await open(at: key) }
            path = next
            try await enterNode()
        }
    }

    /// Begins to take the rows of the node that `path` is at.
    func enterNode() async throws {
        guard let path else { return }
        let place = try path.place
        region?.enter(try await reader.node(place.hash, level: level), place)
    }

    /// Cuts off the nodes whose ends no row to come can change.
    private func cutWhatIsCertain() async throws {
        try await checkStart(isEnd: false)
        guard region?.unchecked == nil else { return }
        region?.scan()
        while let cut = region?.nextCut(isEnd: false) { try emit(cut) }
    }

    /// Ends the region if the new cuts have met an old end behind which nothing has changed.
    ///
    /// All rows of the current node have been taken, and the next change is not in the node that follows.
    private func close() async throws -> Bool {
        guard region?.isDirty == true else {
            region = nil
            return true
        }
        try await cutWhatIsCertain()
        guard let current = region, current.unchecked == nil else { return false }
        if let key = current.metKey {
            settledKey = key
            region = nil
            return true
        }
        guard current.endsNaturally else { return false }
        for cut in region?.cutsToNaturalEnd() ?? [] { try emit(cut) }
        guard let key = region?.metKey, region?.rows.isEmpty == true else { return false }
        settledKey = key
        region = nil
        return true
    }

    /// Writes a node and tells the level above.
    private func emit(_ cut: Chunker.Cut) throws(TreeError) {
        guard let emitted = try region?.emit(cut) else { return }
        for key in emitted.gone { output.append(TreeChange(key: key, value: nil)) }
        guard let row = emitted.row else { return }
        output.append(TreeChange(key: emitted.key, value: row.encoded[...]))
        written.append(emitted.node)
    }

    /// How the level ended.
    enum Ending {
        /// Nothing on it is different.
        case unchanged
        /// It has more nodes or rows than one; the level above knows.
        case many
        /// It consists of one row: the node that this refers to is the root.
        case sole(NodeHash)
        /// There is nothing left.
        case empty
    }

    /// After the last change.
    func finish() async throws -> Ending {
        while let place = region?.place {
            region?.takeRest()
            if place.isLast { break }
            if try await close() { break }
            try await path?.moveForward(reader)
            try await enterNode()
        }
        guard region?.isDirty == true else {
            region = nil
            return hasChanged ? .many : .unchanged
        }
        try await checkStart(isEnd: true)
        if let region, region.isWholeLevel {
            if region.rows.isEmpty { return .empty }
            if level > 0, let child = region.soleChild { return .sole(child.hash) }
        }
        region?.scan()
        while let cut = region?.nextCut(isEnd: true) { try emit(cut) }
        if let rows = region?.rows, !rows.isEmpty { try emit(Chunker.Cut(row: rows.next - 1, isNatural: false)) }
        for key in region?.goneAtEnd() ?? [] { output.append(TreeChange(key: key, value: nil)) }
        region = nil
        return .many
    }
}
