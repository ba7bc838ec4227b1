import Database
import Wire

/// The keys of which staged rows are read along with the reference they belong to.
struct KeyWindow: Sendable {
    let first: [UInt8]
    /// Exclusive.
    let end: [UInt8]

    init(_ range: ListRange) {
        let prefix = Array(range.prefix.utf8)
        let after = Array(range.after.utf8)
        first = prefix.lexicographicallyPrecedes(after) ? after : prefix
        end = NameRange.end(ofPrefix: prefix)
    }
}

/// The rows that were read so, with the columns of `StagedCursor.select` somewhere among others.
struct StagedWindow: Sendable {
    let window: KeyWindow
    let rows: [Row]
    let column: Int
}
