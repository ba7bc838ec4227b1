import Database
import VersionTree

/// Keeps from collection what an operation starts from and what it writes, until it publishes that.
///
/// Reading a branch is a pin of itself that lasts `CatalogLimits.pinTerm`: nothing that was needed so lately is collected.
/// For an operation that takes longer, `Pins` keeps a row.
struct Pin: Sendable {
    let repository: Int64
    let id: UUIDBytes
    /// When the operation began, by the database's clock, before it read anything: milliseconds since 1970.
    let made: Int64
    /// Of the trees that it starts from and that are not a commit's for sure.
    let roots: [NodeHash]

    /// For `isLive`, from `$first` on.
    func parameters(_ term: Duration) -> [Parameter] {
        [.timestamp(milliseconds: made), .double(term.seconds), .uuid(id)]
    }

    /// The condition that a pin of a repository `$1` has been live from the beginning until now: a row that ended is never
    /// prolonged.
    static func isLive(_ first: Int) -> String {
        """
        ($\(first)::timestamptz > clock_timestamp() - $\(first + 1)::float8 * interval '1 second' OR EXISTS (
            SELECT FROM pin p WHERE p.repository = $1 AND p.id = $\(first + 2) AND p.ends > clock_timestamp() OFFSET 0
        ))
        """
    }
}
