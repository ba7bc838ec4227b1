package import Database
package import ServiceKit

/// The environment variables of the index, beside those that every service has.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `TARN_INDEX_DATABASE_URL` (or `…_FILE`) | libpq address of Postgres, with the role of the index | required |
/// | `TARN_INDEX_DATABASE_ALLOW_UNSAFE` | take a server with `fsync` or `synchronous_commit` off | `false` |
/// | `TARN_INDEX_CACHE` | tree nodes in memory, in bytes | `48m` |
/// | `TARN_INDEX_DISK_CACHE` | tree nodes on the machine's own disk, in bytes; 0 for none | `2g` |
/// | `TARN_INDEX_DISK_CACHE_DIRECTORY` | the folder of that file, which has no name there | `/var/tmp` |
/// | `TARN_INDEX_READ_CONNECTIONS` | connections that share reads | `1` |
/// | `TARN_INDEX_WRITE_CONNECTIONS` | connections that share writes | `2` |
/// | `TARN_INDEX_TRANSACTION_CONNECTIONS` | the most connections for transactions | `8` |
/// | `TARN_INDEX_FOLD_ROWS` | rows staged on a branch before they are folded | `2000` |
/// | `TARN_INDEX_LONGEST_REQUEST` | seconds after which a call ends; what calls may still read stays twice as long | `60` |
/// | `TARN_INDEX_COLLECTION_GAP` | seconds between the two marks that do not reach a tree node before it goes; at least twice the longest request | `3600` |
package struct IndexConfiguration: Sendable {
    package var database: DatabaseConfiguration
    package var limits = CatalogLimits()
    /// 0 for no file.
    package var nodeFileBytes: Int
    package var nodeFileDirectory: String

    package init(_ environment: Environment) throws {
        let variable = "TARN_INDEX_DATABASE_URL"
        do {
            database = try DatabaseConfiguration(try environment.requiredSecret(variable))
        } catch let error as DatabaseError {
            throw ConfigurationError(variable, error.description)
        }
        database.schema = IndexSchema.name
        database.sessionSettings = IndexSchema.sessionSettings
        database.allowUnsafeDurability = try environment.flag("TARN_INDEX_DATABASE_ALLOW_UNSAFE", default: false)
        database.readConnections = try environment.integer("TARN_INDEX_READ_CONNECTIONS", default: 1, in: 1...64)
        database.writeConnections = try environment.integer("TARN_INDEX_WRITE_CONNECTIONS", default: 2, in: 1...64)
        database.maxExclusiveConnections = try environment.integer(
            "TARN_INDEX_TRANSACTION_CONNECTIONS", default: 8, in: 2...256)
        limits.nodeCacheBytes = try environment.bytes("TARN_INDEX_CACHE", default: limits.nodeCacheBytes)
        nodeFileBytes = try environment.bytes("TARN_INDEX_DISK_CACHE", default: 2 << 30)
        nodeFileDirectory = environment.string("TARN_INDEX_DISK_CACHE_DIRECTORY", default: "/var/tmp")
        let longest = try environment.integer("TARN_INDEX_LONGEST_REQUEST", default: 60, in: 1...600)
        let gap = try environment.integer(
            "TARN_INDEX_COLLECTION_GAP", default: max(3_600, 2 * longest), in: 2 * longest...10_000_000)
        limits.set(longestRequest: .seconds(longest), collectionGap: .seconds(gap))
        limits.foldRows = try environment.integer(
            "TARN_INDEX_FOLD_ROWS", default: limits.foldRows, in: 1...10_000_000)
    }
}
