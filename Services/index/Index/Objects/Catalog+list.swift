import Domain
import VersionTree
package import Wire

extension Catalog {
    package func listObjects(_ request: ListObjects.Request, _ context: CallContext) async throws -> ObjectListing {
        let deadline = deadline(context)
        let amount = try NameRange.check(request.range.amount)
        let resolved = try await resolve(request.reference, in: request.repository, for: .objects, deadline: deadline)
        let prefix = Array(request.range.prefix.utf8)
        var sources: [any OverlaySource] = []
        if resolved.hasStaged {
            sources.append(
                StagedCursor(
                    database, repository: resolved.repositoryID, tokens: resolved.tokens,
                    end: NameRange.end(ofPrefix: prefix), deadline: deadline))
        }
        sources.append(tree(resolved, deadline).cursor(resolved.tree))
        let page = try await OverlayCursor(newestFirst: sources).page(
            ListRequest(
                prefix: prefix, after: request.range.after.isEmpty ? nil : Array(request.range.after.utf8),
                delimiter: Array(request.delimiter.utf8), amount: amount))
        let rows = try page.rows.map { row in
            switch row {
            case .object(let key, let entry): Wire.ListRow(path: key, entry: try entry.decode())
            case .commonPrefix(let prefix): Wire.ListRow(path: prefix, entry: nil)
            }
        }
        return ObjectListing(storageNamespace: resolved.namespace, rows: rows, hasMore: page.hasMore)
    }
}
