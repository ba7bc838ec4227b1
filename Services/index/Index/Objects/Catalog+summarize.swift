import Domain
import VersionTree
package import Wire

extension Catalog {
    package func summarizeObjects(
        _ request: SummarizeObjects.Request, _ context: CallContext
    ) async throws -> PrefixSummaries {
        guard (1...Self.maxSummaries).contains(request.prefixes.count) else {
            throw RPCError.invalid("prefixes", "1 to \(Self.maxSummaries) prefixes")
        }
        let deadline = deadline(context)
        let reference = try await resolve(request.reference, in: request.repository, for: .objects, deadline: deadline)
        var results: [PrefixSummary] = []
        for prefix in request.prefixes {
            let summary = try await summary(Array(prefix.utf8), of: reference, deadline)
            results.append(PrefixSummary(prefix: prefix, objects: summary.entries, bytes: summary.bytes))
        }
        return PrefixSummaries(results: results)
    }

    static let maxSummaries = 100

    /// What the tree sums up, corrected by the rows over it: of those there are few, as more are folded.
    private func summary(
        _ prefix: [UInt8], of reference: ResolvedReference, _ deadline: ContinuousClock.Instant
    ) async throws -> Summary {
        let tree = tree(reference, deadline)
        let below = try await tree.summary(reference.tree, prefix: prefix)
        guard reference.hasStaged else { return below }
        var (entries, bytes) = (Int128(below.entries), Int128(below.bytes))
        let rows = try StagedCursor(database, of: reference, end: NameRange.end(ofPrefix: prefix), deadline: deadline)
        try await rows.seek(to: prefix)
        while let batch = try await rows.nextBatch() {
            for (row, old) in zip(batch, try await tree.get(reference.tree, batch.map(\.key))) {
                if let old {
                    entries -= 1
                    bytes -= Int128(try old.size)
                }
                if let new = row.value {
                    entries += 1
                    bytes += Int128(try EntryView(new).size)
                }
            }
        }
        return Summary(entries: Int64(clamping: entries), bytes: Int64(clamping: bytes))
    }
}
