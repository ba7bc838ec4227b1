/// Where a commit stands in time: before it all of its ancestors, strictly, whatever dates they were given.
///
/// A search that takes commits by falling age knows of each, when its turn comes, that all of its descendants have been seen. By
/// generations alone that holds as well, but of two branches that advanced unevenly the one would be gone through to its beginning
/// while the other is still at what was made today.
struct CommitAge: Sendable, Hashable, Comparable {
    /// The latest date of the commit and its ancestors, in seconds since 1970.
    let latest: Int64
    /// 1 for a root, else the greatest of the parents' plus 1.
    let generation: Int64

    /// Of a commit made on these.
    /// - Parameter created: its own date.
    init(created: Int64, parents: [CommitAge]) {
        latest = parents.reduce(created) { max($0, $1.latest) }
        generation = parents.reduce(0) { max($0, $1.generation) } + 1
    }

    init(latest: Int64, generation: Int64) {
        self.latest = latest
        self.generation = generation
    }

    static func < (left: CommitAge, right: CommitAge) -> Bool {
        left.latest != right.latest ? left.latest < right.latest : left.generation < right.generation
    }
}
