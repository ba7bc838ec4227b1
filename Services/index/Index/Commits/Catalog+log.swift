import Cryptography
import Domain
package import Wire

extension Catalog {
    package func getCommit(_ request: GetCommit.Request, _ context: CallContext) async throws -> Commit {
        let deadline = deadline(context)
        do {
            return try await commit(request.reference, in: request.repository, deadline).message
        } catch let error as RPCError where error.code == .notFound && error.subject == "reference" {
            throw RPCError.commitNotFound
        }
    }

    package func logCommits(_ request: LogCommits.Request, _ context: CallContext) async throws -> Listed<Commit> {
        let deadline = deadline(context)
        let amount = try NameRange.check(request.amount)
        let start = try await resolve(request.reference, in: request.repository, for: .commit, deadline: deadline)
        let after = try await named(request.after, in: request.repository, deadline)
        var last: SHA256Digest?
        if let stopAt = request.stopAt {
            last = try await resolve(stopAt, in: request.repository, for: .commit, deadline: deadline).commit
        }
        let store = commitStore(start.repositoryID, deadline)
        let filter = try PathFilter(objects: request.objects, prefixes: request.prefixes, tree: tree(start, deadline))
        func place(_ after: SHA256Digest) -> LogPlaces.Key {
            LogPlaces.Key(
                repository: start.repositoryID, start: start.commit, since: request.since, stopAt: last, after: after)
        }
        var log: CommitLog
        var isShowing = true
        if request.firstParentOnly {
            // A line goes on where the page before ended.
            log = try await CommitLog(
                from: after ?? start.commit, store: store, firstParentOnly: true, since: request.since)
            isShowing = after == nil
        } else if let after, let known = logPlaces.log(place(after)) {
            log = known
            log.store = store
        } else {
            log = try await CommitLog(from: start.commit, store: store, since: request.since)
            isShowing = after == nil
        }
        var results: [Commit] = []
        while results.count <= amount, let commit = try await log.next() {
            if isShowing, try await filter.admits(commit, store) {
                results.append(commit.message)
                // The one more tells that there is a next page, which begins with it.
                if results.count == amount, !request.firstParentOnly { logPlaces.keep(log, at: place(commit.id)) }
            }
            if commit.id == after { isShowing = true }
            if commit.id == last { break }
            if request.isLimited, results.count == amount { break }
            guard .now < deadline else { throw RPCError(.deadlineExceeded, "the deadline passed") }
        }
        let hasMore = results.count > amount
        return Listed(results: hasMore ? Array(results.prefix(amount)) : results, hasMore: hasMore)
    }

    /// The commit of the last row of the page before; nil for the first page.
    private func named(
        _ text: String, in repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> SHA256Digest? {
        guard !text.isEmpty else { return nil }
        let reference: RefExpression
        do throws(InvalidName) {
            reference = try RefExpression(text)
        } catch {
            throw RPCError.invalid("after", error.description)
        }
        return try await resolve(reference, in: repository, for: .commit, deadline: deadline).commit
    }
}
