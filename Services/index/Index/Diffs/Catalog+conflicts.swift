import Cryptography
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func listConflicts(_ request: ListConflicts.Request, _ context: CallContext) async throws -> ConflictPage {
        let deadline = deadline(context)
        let page = try DiffPage(request.range, delimiter: "")
        let source = try await resolve(request.source, in: request.repository, for: .commit, deadline: deadline)
        let destination = try await resolve(
            request.destination, in: request.repository, for: .commit, deadline: deadline)
        let base = try await MergeBaseSearch(store: commitStore(source.repositoryID, deadline))
            .base(destination.commit, source.commit)
        let search = tree(source, deadline).conflicts(
            base: base?.root ?? Tree.emptyRoot, source: source.tree, into: destination.tree, prefix: page.prefix,
            from: page.start)
        var results: [PathConflict] = []
        while results.count <= page.amount, let conflict = try await search.next() {
            results.append(
                PathConflict(
                    path: String(decoding: conflict.key, as: UTF8.self), base: try conflict.base?.decode(),
                    source: try conflict.source?.decode(), destination: try conflict.destination?.decode()))
        }
        let hasMore = results.count > page.amount
        return ConflictPage(
            storageNamespace: source.namespace, base: base.map { CommitID($0.id) }, source: CommitID(source.commit),
            destination: CommitID(destination.commit), results: hasMore ? results.dropLast() : results,
            hasMore: hasMore)
    }
}
