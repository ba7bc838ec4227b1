import Domain
import VersionTree
package import Wire

extension Catalog {
    package func listObjects(_ request: ListObjects.Request, _ context: CallContext) async throws -> ObjectPage {
        let deadline = deadline(context)
        let window = KeyWindow(request.range)
        let resolved = try await resolve(
            request.reference, in: request.repository, for: .objects, window: window, deadline: deadline)
        return ObjectPage(
            namespace: resolved.namespace,
            page: try await page(of: resolved, request.range, delimiter: request.delimiter, deadline),
            withAddresses: request.withAddresses)
    }

    /// A page of what a resolved reference shows.
    /// - Throws: `invalidArgument` for an amount outside 1 to 1,000.
    func page(
        of reference: ResolvedReference, _ range: ListRange, delimiter: String, _ deadline: ContinuousClock.Instant
    ) async throws -> ListPage {
        let amount = try NameRange.check(range.amount)
        let prefix = Array(range.prefix.utf8)
        var sources: [any OverlaySource] = []
        if reference.hasStaged {
            sources.append(
                try StagedCursor(database, of: reference, end: NameRange.end(ofPrefix: prefix), deadline: deadline))
        }
        sources.append(tree(reference, deadline).cursor(reference.tree))
        return try await OverlayCursor(newestFirst: sources).page(
            ListRequest(
                prefix: prefix, after: range.after.isEmpty ? nil : Array(range.after.utf8),
                delimiter: Array(delimiter.utf8), amount: amount))
    }
}
