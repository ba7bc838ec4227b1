import Database
import Logging
import VersionTree

/// Collects the nodes of all repositories, one after the other, by one process at a time.
final class NodeCollector: Sendable {
    private let catalog: Catalog
    private let lease: UpkeepLease

    init(_ catalog: Catalog) {
        self.catalog = catalog
        lease = UpkeepLease("collection", catalog.database, catalog.limits.lease * 3)
    }

    private struct LeaseLost: Error {}

    /// Collects what is due, if no other process is at it.
    func round() async {
        do {
            guard try await lease.hold() else { return }
            let due = try await catalog.database.exclusive(
                Self.selectDue, [.double(catalog.limits.collectionInterval.seconds)], deadline: .now + .seconds(30))
            for row in due { try await collect(try row.int64(0), after: try row.optionalBytes(1) ?? []) }
        } catch is LeaseLost {
        } catch {
            catalog.logger.info("the collection of nodes was put off", metadata: ["error": "\(error)"])
        }
    }

    func giveUp() async { await lease.giveUp() }

    /// - Throws: what keeps all repositories from being collected.
    private func collect(_ repository: Int64, after done: [UInt8]) async throws {
        var renewed = ContinuousClock.now
        let collection = NodeCollection(catalog, repository: repository) { [lease, limits = catalog.limits] in
            try Task.checkCancellation()
            guard .now - renewed > limits.lease else { return }
            guard try await lease.hold() else { throw LeaseLost() }
            renewed = .now
        }
        do {
            let removed = try await collection.run(after: done)
            catalog.countCollected(removed)
        } catch let error as TreeError {
            // Not again before its turn: others are due, too. Of a deleted one the upkeep removes everything.
            guard try await collection.run(NodeCollection.end).affected == 1 else { return }
            catalog.logger.error(
                "a tree is damaged: nodes of its repository are not collected",
                metadata: ["repository": "\(repository)", "error": "\(error)"])
        }
    }

    /// Leaps from repository to repository among those that have young nodes.
    private static let selectDue = Statement.read(
        """
        WITH RECURSIVE held (repository) AS (
            (SELECT n.repository FROM node n WHERE NOT n.kept ORDER BY n.repository, n.hash LIMIT 1)
            UNION ALL
            SELECT x.repository FROM held h CROSS JOIN LATERAL (
                SELECT n.repository FROM node n WHERE NOT n.kept AND n.repository > h.repository
                ORDER BY n.repository, n.hash LIMIT 1
            ) x
        )
        SELECT r.id, r.collected_through FROM held h
        CROSS JOIN \(Lookup.repository("h.repository"))
        WHERE r.collected IS NULL OR r.collected < clock_timestamp() - $1 * interval '1 second'
        LIMIT 100
        """)
}
