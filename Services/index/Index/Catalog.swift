package import Database
package import Logging
import Synchronization
package import VersionTree
import Wire

/// Everything the index answers: one method for each of its calls, over Postgres.
///
/// Holds no state that a second process would not see but caches of what never changes.
package final class Catalog: Sendable {
    package let database: Database
    let limits: CatalogLimits
    let nodes: NodeCache
    let commits = CommitCache()
    let logPlaces = LogPlaces()
    let namespaces = NamespaceCache()
    let folds: FoldCounter
    let lines = BranchLines()
    let pins: Pins
    private let collected = Atomic<Int>(0)
    let logger: Logger
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - nodeFile: for tree nodes that memory has no room for.
    ///   - now: seconds since 1970.
    package init(
        database: Database, limits: CatalogLimits = CatalogLimits(), nodeFile: NodeFile? = nil, logger: Logger,
        now: @escaping @Sendable () -> Int64 = Catalog.systemSeconds
    ) {
        self.database = database
        self.limits = limits
        self.logger = logger
        self.now = now
        folds = FoldCounter(least: limits.foldRows)
        nodes = NodeCache(maxBytes: limits.nodeCacheBytes, file: nodeFile)
        pins = Pins(database, term: min(limits.pinTerm, limits.longestRequest), logger: logger)
    }

    /// When to give up a call: at its own deadline, but never later than the time after which retired rows may go.
    func deadline(_ context: CallContext) -> ContinuousClock.Instant {
        min(context.deadline, .now + limits.longestRequest)
    }

    /// On whose behalf a change is made.
    /// - Throws: `unauthenticated`
    func actor(_ context: CallContext) throws -> String {
        guard let principal = context.principal else {
            throw RPCError(.unauthenticated, "the call names no principal")
        }
        return principal.userID
    }

    /// Nodes that this process has removed because nobody needed them.
    var nodesCollected: Int { collected.load(ordering: .relaxed) }

    func countCollected(_ nodes: Int) { collected.wrappingAdd(nodes, ordering: .relaxed) }

    func commitStore(_ repository: Int64, _ deadline: ContinuousClock.Instant) -> CommitStore {
        CommitStore(database: database, cache: commits, repository: repository, deadline: deadline)
    }

    func tree(_ repository: Int64, _ salt: Salt, _ deadline: ContinuousClock.Instant) -> Tree {
        let store = PostgresNodeStore(
            database: database, repository: repository, seenPrecision: limits.seenPrecision, deadline: deadline)
        return Tree(nodes: NodeSource(store: store, cache: nodes), chunking: Chunking(salt: salt))
    }

    func tree(_ reference: ResolvedReference, _ deadline: ContinuousClock.Instant) -> Tree {
        tree(reference.repositoryID, reference.salt, deadline)
    }
}
