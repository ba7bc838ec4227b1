import Domain

/// A page of the repositories that a caller may see, out of pages of all.
package struct VisibleRepositories: Sendable {
    /// Rows of one call.
    private static let maxRows = 1_000

    package private(set) var results: [Repository] = []
    /// Behind which name the next page begins; nil at the end.
    package private(set) var next: String?

    package init() {}

    /// Asks for pages until enough are found.
    ///
    /// - Parameters:
    ///   - range: its amount is how many are wanted.
    ///   - limit: repositories that are looked at. Who may see few of many gets a shorter page, even an empty one, to go on from.
    package static func gather<Failure: Error>(
        _ range: ListRange, lookingAt limit: Int, isVisible: (Repository) -> Bool,
        fetch: (ListRange) async throws(Failure) -> Listed<Repository>
    ) async throws(Failure) -> VisibleRepositories {
        var page = VisibleRepositories()
        let wanted = range.amount
        var (range, lookedAt, last) = (range, 0, "")
        while true {
            // One more than wanted tells whether there is more.
            range.amount =
                lookedAt > page.results.count ? maxRows : max(1, min(maxRows, wanted - page.results.count + 1))
            let list = try await fetch(range)
            for repository in list.results where isVisible(repository) {
                if page.results.count == wanted {
                    page.next = page.results.last?.name.string
                    return page
                }
                page.results.append(repository)
            }
            lookedAt += list.results.count
            last = list.results.last?.name.string ?? last
            guard list.hasMore, !list.results.isEmpty else { return page }
            range.after = last
            if lookedAt >= limit {
                page.next = last
                return page
            }
        }
    }
}
