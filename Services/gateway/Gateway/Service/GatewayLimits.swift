/// What the gateway holds in memory, and how long it waits.
package struct GatewayLimits: Sendable {
    /// How long a call of index or auth may take.
    package var callTimeout: Duration = .seconds(15)
    /// How long joining the parts of an upload, or a copy's bookkeeping, may take in index.
    package var longCallTimeout: Duration = .seconds(60)
    /// A write that took longer than 24 h is not staged, in milliseconds: clean-up takes bytes older than 25 h for nobody's.
    package var maxWriteMilliseconds: Int64 = 24 * 3_600_000
    /// The same for one that shares the bytes of an entry read before, which may be gone by then: between the two looks of
    /// clean-up lies an hour.
    package var maxShareMilliseconds: Int64 = 1_800_000
    /// Content up to this is taken whole and hashed on the loop; a hop to another thread would cost more.
    package var inlineContentBytes: Int64 = 128 * 1024
    /// From this size on, the branch is asked for before the body is read.
    package var earlyCheckBytes: Int64 = 1024 * 1024
    /// The size of the pieces in which larger content goes to the store.
    package var pieceBytes = 256 * 1024
    /// Content that may wait for its digest, beside the piece that the store is taking.
    package var maxUndigestedBytes = 512 * 1024
    /// Contents of objects and parts that are received at once; more are answered `SlowDown`.
    package var maxBodies = 1_000
    /// The documents of all requests together, in bytes; more are answered `SlowDown`.
    package var maxDocumentBytes = 128 * 1024 * 1024
    /// How many repositories' namespaces are remembered.
    package var writeTargetCapacity = 10_000
    /// How many branches and tags one page of a bucket without one in its prefix looks into.
    package var maxReferencesPerPage = 100

    package init() {}
}
