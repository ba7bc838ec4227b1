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
        // A line of first parents goes on where the page before ended; other logs must be walked again to there.
        let first = request.firstParentOnly ? after ?? start.commit : start.commit
        var log = try await CommitLog(
            from: first, store: store, firstParentOnly: request.firstParentOnly, since: request.since)
        var isShowing = after == nil
        var results: [Commit] = []
        while results.count <= amount, let commit = try await log.next() {
            if isShowing, try await filter.admits(commit, store) { results.append(commit.message) }
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
