import Domain
import VersionTree
package import Wire

extension Catalog {
    package func listLastCommits(
        _ request: ListLastCommits.Request, _ context: CallContext
    ) async throws -> Listed<LastCommitRow> {
        let deadline = deadline(context)
        let reference = try await resolve(request.reference, in: request.repository, for: .objects, deadline: deadline)
        let page = try await page(of: reference, request.range, delimiter: request.delimiter, deadline)
        let ranges = page.rows.map { row in
            switch row {
            case .object(let key, _): KeyRange(key: key)
            case .commonPrefix(let prefix): KeyRange(prefix: prefix)
            }
        }
        let staged = try await staged(ranges, on: reference, deadline)
        let committed = try await committed(ranges, staged, in: reference, deadline)
        let search = LastCommitSearch(
            store: commitStore(reference.repositoryID, deadline), tree: tree(reference, deadline),
            maxCommits: limits.lastCommitDepth)
        let found = try await search.find(committed.map { ranges[$0] }, from: reference.commit)
        var commits: [Int: LastCommitSearch.Found] = [:]
        for (place, commit) in zip(committed, found) { commits[place] = commit }
        let rows = try page.rows.enumerated().map { place, row in
            var size: Int64?
            if case .object(_, let entry) = row { size = try entry.size }
            return LastCommitRow(
                path: String(decoding: row.key, as: UTF8.self), isPrefix: size == nil, size: size,
                isStaged: staged.contains(place), commit: commits[place]?.commit.message,
                isExact: commits[place]?.isExact ?? true)
        }
        return Listed(results: rows, hasMore: page.hasMore)
    }

    /// Which of the ranges hold a staged change.
    private func staged(
        _ ranges: [KeyRange], on reference: ResolvedReference, _ deadline: ContinuousClock.Instant
    ) async throws -> Set<Int> {
        guard reference.hasStaged, let first = ranges.first, let last = ranges.last else { return [] }
        let rows = try StagedCursor(database, of: reference, end: last.end, deadline: deadline)
        return try await StagedChanges(
            tree(reference, deadline), left: reference.commitTree, right: reference.tree, staged: rows,
            start: first.first
        ).touched(ranges)
    }

    /// Which of the ranges hold something in the commit: those that are not all of staged changes.
    private func committed(
        _ ranges: [KeyRange], _ staged: Set<Int>, in reference: ResolvedReference, _ deadline: ContinuousClock.Instant
    ) async throws -> [Int] {
        let cursor = tree(reference, deadline).cursor(reference.commitTree)
        var places: [Int] = []
        for (place, range) in ranges.enumerated() {
            if staged.contains(place) {
                try await cursor.seek(to: range.first)
                guard let key = cursor.key, key.lexicographicallyPrecedes(range.end) else { continue }
            }
            places.append(place)
        }
        return places
    }
}
