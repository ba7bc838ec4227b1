/// The limits that the index keeps.
package struct CatalogLimits: Sendable {
    /// Of tree nodes in memory.
    package var nodeCacheBytes = 48 * 1_024 * 1_024
    /// No call goes on longer, whatever its deadline.
    package var longestRequest = Duration.seconds(60)
    /// Rows of retired tokens stay this much longer than the longest request, for calls that still read them.
    package var retirementMargin = Duration.seconds(60)
    /// Rows staged on a branch by this process after which they are folded into the working tree; up to 32 times as
    /// many where their keys are strewn.
    package var foldRows = 2_000
    /// The greatest number of rows that one statement of the upkeep removes.
    package var sweepRows = 10_000
    /// Commits that are looked at for the last ones that touched the rows of a listing.
    package var lastCommitDepth = 10_000
    /// How long a process holds a branch or the upkeep without renewing it.
    package var lease = Duration.seconds(10)
    /// How often the upkeep runs.
    package var upkeepInterval = Duration.seconds(15)
    /// How long answers of operations are kept for callers that ask again.
    package var operationRetention = Duration.seconds(3_600)
    /// How long completed and aborted uploads are kept for callers that ask again.
    package var uploadRetention = Duration.seconds(25 * 3_600)
    /// How long a worker holds a job without a heartbeat.
    package var jobLease = Duration.seconds(60)
    /// How long what came of a job that a user began is told.
    package var jobRetention = Duration.seconds(7 * 24 * 3_600)
    /// How long after its making a repository's first clean-up is due, and how often it is again.
    package var cleanUpInterval = Duration.seconds(24 * 3_600)

    /// How long an operation's trees are safe since it began, or since its pin was renewed; at most the longest request.
    package var pinTerm = Duration.seconds(30)
    /// How long lies between the two marks that do not reach a node before it goes; at least the time that retired rows stay.
    package var collectionGap = Duration.seconds(3_600)
    /// A node that is written again is marked as seen at most this often.
    package var seenPrecision = Duration.seconds(600)
    /// The greatest number of nodes that the collection holds the hashes of at a time.
    package var collectionPart = 65_536

    package init() {}

    /// Those that follow from how long calls may take and from the gap.
    /// - Parameters:
    ///   - longestRequest: at least a second.
    ///   - collectionGap: at least twice that.
    mutating func set(longestRequest: Duration, collectionGap: Duration) {
        let usual = CatalogLimits()
        self.longestRequest = longestRequest
        self.collectionGap = collectionGap
        retirementMargin = longestRequest
        lease = min(usual.lease, longestRequest)
        upkeepInterval = min(usual.upkeepInterval, longestRequest / 4)
        seenPrecision = min(usual.seenPrecision, collectionGap / 6)
    }

    /// How long after its last use something may still be in use, for the longest request knows of it.
    var retention: Duration { longestRequest + retirementMargin }
    var markGap: Duration { max(collectionGap, retention) }
    /// A repository's nodes are collected so often that what is due waits half a gap at the most.
    var collectionInterval: Duration { markGap / 2 }
    /// A node that was seen longer ago than this is not one that an operation without a row for its pin has written.
    var quiet: Duration { retention + seenPrecision }
}
