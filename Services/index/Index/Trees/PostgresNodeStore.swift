import Cryptography
import Database
import VersionTree

/// The nodes of one repository in its table, for the time of one call.
struct PostgresNodeStore: NodeStore {
    let database: Database
    let repository: Int64
    /// A node that is saved again is marked as seen at most this often.
    let seenPrecision: Duration
    let deadline: ContinuousClock.Instant

    func load(_ hashes: [NodeHash]) async throws -> [[UInt8]?] {
        if hashes.count == 1 {
            let rows = try await database.gather(
                Self.selectOne, [.int64(repository)], own: [.hash(hashes[0])], deadline: deadline)
            return [try rows.first?.bytes(1)]
        }
        let rows = try await database.read(
            Self.selectMany, [.int64(repository), .hashes(hashes)], deadline: deadline)
        var found: [NodeHash: [UInt8]] = [:]
        for row in rows { found[try row.digest(0)] = try row.bytes(1) }
        return hashes.map { found[$0] }
    }

    /// In the order of their hashes, so that two processes that save the same nodes wait for one another and no more.
    func save(_ nodes: [Node]) async throws {
        let sorted = nodes.sorted { $0.hash < $1.hash }
        var batch: [Node] = []
        var bytes = 0
        for node in sorted {
            batch.append(node)
            bytes += node.bytes.count
            if batch.count >= Self.maxNodes || bytes >= Self.maxBytes {
                try await insert(batch)
                (batch, bytes) = ([], 0)
            }
        }
        try await insert(batch)
    }

    private func insert(_ batch: [Node]) async throws {
        guard !batch.isEmpty else { return }
        _ = try await database.exclusive(
            Self.insert,
            [
                .int64(repository), .hashes(batch.map(\.hash)), .byteArrays(batch.map(\.bytes)),
                .double(seenPrecision.seconds),
            ],
            deadline: deadline)
    }

    /// Of one statement that saves.
    private static let maxNodes = 256
    private static let maxBytes = 4 * 1_024 * 1_024

    static let selectOne = GatheredStatement.read(
        .position,
        """
        SELECT h.position, n.bytes FROM unnest($2::bytea[]) WITH ORDINALITY AS h (hash, position)
        CROSS JOIN \(Lookup.node("h.hash", of: "$1"))
        """)
    static let selectMany = Statement.read(
        "SELECT n.hash, n.bytes FROM \(Lookup.nodes("$2", of: "$1"))")
    /// Nodes are durable with the move that publishes them. A node that exists is marked as seen, lest it is
    /// collected, unless it was marked lately or stays for ever.
    static let insert = Statement.write(
        """
        INSERT INTO node AS n (repository, hash, bytes)
        SELECT $1, i.hash, i.bytes FROM unnest($2::bytea[], $3::bytea[]) AS i (hash, bytes)
        WHERE \(Durability.withWhatFollows)
        ON CONFLICT (repository, hash) DO UPDATE SET seen = now()
        WHERE NOT n.kept AND n.seen < now() - $4 * interval '1 second'
        """)
}
