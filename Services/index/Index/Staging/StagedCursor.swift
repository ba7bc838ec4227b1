import Database
import VersionTree
import Wire

/// The staged rows of some tokens in order of keys, of each key the newest, tombstones among them.
///
/// Rows are read in windows that grow while the cursor goes on without a leap.
final class StagedCursor: OverlaySource {
    private let database: Database
    private let repository: Int64
    private let tokens: [UUIDBytes]
    /// Exclusive.
    private let end: [UInt8]
    private let deadline: ContinuousClock.Instant

    private var window: [TreeChange] = []
    private var place = 0
    /// The least key that the window does not cover; nil where it goes to the end.
    private var rest: [UInt8]? = []
    private var fetch = StagedCursor.firstFetch

    private static let firstFetch = 64
    private static let greatestFetch = 4_096

    /// - Parameters:
    ///   - tokens: the newest first.
    ///   - end: where to stop, exclusive.
    convenience init(
        _ database: Database, repository: Int64, tokens: some Sequence<UUIDBytes>, end: [UInt8] = NameRange.maximum,
        deadline: ContinuousClock.Instant
    ) {
        self.init(database, repository, Array(tokens), end, deadline)
    }

    /// Over the rows of a sealed branch's lower tokens.
    convenience init(
        _ database: Database, lowerTokensOf state: BranchState, deadline: ContinuousClock.Instant
    ) throws {
        self.init(database, state.repository.id, Array(state.lowerTokens), NameRange.maximum, deadline)
        if let rows = state.firstRows {
            try take(rows)
        }
    }

    /// Over the rows of a reference, the first of which it may have brought along.
    convenience init(
        _ database: Database, of reference: ResolvedReference, end: [UInt8], deadline: ContinuousClock.Instant
    ) throws {
        self.init(database, reference.repositoryID, reference.tokens, end, deadline)
        guard let window = reference.window, window.window.end == end else { return }
        try take(window.rows, from: window.column)
    }

    private init(
        _ database: Database, _ repository: Int64, _ tokens: [UUIDBytes], _ end: [UInt8],
        _ deadline: ContinuousClock.Instant
    ) {
        self.database = database
        self.repository = repository
        self.tokens = tokens
        self.end = end
        self.deadline = deadline
        if tokens.isEmpty { rest = nil }
    }

    var current: TreeChange? { place < window.count ? window[place] : nil }
    var key: [UInt8]? { current?.key }
    var value: ArraySlice<UInt8>? { current?.value }

    func seek(to key: [UInt8]) async throws {
        if let last = window.last?.key, !last.lexicographicallyPrecedes(key) {
            var low = place
            var high = window.count
            while low < high {
                let middle = (low + high) / 2
                if window[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
            }
            place = low
            return
        }
        place = window.count
        guard let rest else { return }
        if rest.lexicographicallyPrecedes(key) {
            self.rest = key
            fetch = Self.firstFetch
        }
        try await fill()
    }

    func advance() async throws {
        place += 1
        if place >= window.count { try await fill() }
    }

    func advanceIfReady() -> Bool {
        guard place + 1 < window.count || rest == nil else { return false }
        place += 1
        return true
    }

    /// The rest of the rows, as changes to a tree, in batches; nil at the end.
    func nextBatch() async throws -> [TreeChange]? {
        if place >= window.count { try await fill() }
        guard place < window.count else { return nil }
        let batch = Array(window[place...])
        place = window.count
        return batch
    }

    private func fill() async throws {
        place = 0
        window = []
        // A window may come out empty where the newest token's rows end before another's begin.
        while window.isEmpty, let from = rest {
            guard from.lexicographicallyPrecedes(end) else { return rest = nil }
            let call = Self.window(repository, tokens, from: from, to: end, fetch)
            try take(try await database.read(call.statement, call.parameters, deadline: deadline))
        }
    }

    /// - Parameter column: the first of those of `select`; a row where it is NULL is none.
    private func take(_ rows: some Sequence<Row>, from column: Int = 0) throws {
        var counts = [Int](repeating: 0, count: tokens.count + 1)
        var changes: [TreeChange] = []
        changes.reserveCapacity(rows.underestimatedCount)
        // The first key that is the last one read of a token with more: behind it that token is unknown.
        var horizon: [UInt8]?
        for row in rows {
            if column > 0, try row.isNull(column) { continue }
            let position = try row.int(column)
            let key = try row.bytes(column + 1)
            if let horizon, horizon != key { break }
            guard counts.indices.contains(position) else { throw RPCError.corrupted("token position") }
            counts[position] += 1
            if counts[position] == fetch { horizon = key }
            // Rows come by key, those of the newest token first.
            if changes.last?.key != key {
                changes.append(TreeChange(key: key, value: try row.optionalBytes(column + 2)?[...]))
            }
        }
        window = changes
        rest = horizon.map { $0 + [0] }
        fetch = min(fetch * 4, Self.greatestFetch)
    }

    /// Reads the first window of all rows.
    static func firstWindow(repository: Int64, tokens: some Sequence<UUIDBytes>) -> Call {
        window(repository, Array(tokens), from: [], to: NameRange.maximum, firstFetch)
    }

    private static func window(
        _ repository: Int64, _ tokens: [UUIDBytes], from: [UInt8], to end: [UInt8], _ fetch: Int
    ) -> Call {
        Call(select, [.int64(repository), .uuids(tokens), .bytes(from), .bytes(end), .int64(Int64(fetch))])
    }

    /// For the last three parameters of `rows`.
    static func parameters(of window: KeyWindow) -> [Parameter] {
        [.bytes(window.first), .bytes(window.end), .int64(Int64(firstFetch))]
    }

    static let select = Statement.read(rows(of: "$2::uuid[]", in: "$1", from: "$3", to: "$4", limit: "$5"))

    /// A window of the rows of tokens, the newest first.
    static func rows(
        of tokens: String, in repository: String, from first: String, to end: String, limit: String
    ) -> String {
        """
        SELECT t.position, s.key, s.entry
        FROM unnest(\(tokens)) WITH ORDINALITY AS t (token, position)
        CROSS JOIN LATERAL (
            SELECT s.key, s.entry FROM staged s
            WHERE s.repository = \(repository) AND s.token = t.token AND s.key >= \(first) AND s.key < \(end)
            ORDER BY s.key LIMIT \(limit)::bigint
        ) s
        ORDER BY s.key, t.position
        """
    }
}
