import Cryptography
import VersionTree
import Wire

extension Catalog {
    /// The branch's tree with what changed from `base` to `source`.
    /// - Throws: `conflict`, naming the first few paths.
    func integrate(
        _ tree: Tree, base: NodeHash, source: NodeHash, into destination: NodeHash,
        settledBy rules: ConflictRules = .none
    ) async throws -> NodeHash {
        let merged = try await tree.merge(base: base, source: source, into: destination) { rules.side(of: $0.key) }
        if let applied = merged.applied { return applied.root }
        let total = merged.conflictCount
        let named = merged.conflicts.prefix(Self.conflictsNamed).map { "'\(String(decoding: $0.key, as: UTF8.self))'" }
        let rest = total > named.count ? ", …" : ""
        throw RPCError(
            .conflict, subject: "object",
            "conflict found: \(total) \(total == 1 ? "path" : "paths"): \(named.joined(separator: ", "))\(rest)")
    }

    private static let conflictsNamed = 5

    /// The parent of a commit that a change is counted from.
    /// - Parameter number: from 1; nil for the only one.
    /// - Throws: `notFound`, or nil's error where the commit has several.
    func parent(
        of commit: CommitRecord, number: Int?, severalError: RPCError, _ store: CommitStore
    ) async throws -> CommitRecord {
        if number == nil, commit.parents.count > 1 { throw severalError }
        let place = (number ?? 1) - 1
        guard commit.parents.indices.contains(place) else {
            throw RPCError.invalid("parent", "the commit has no parent \(place + 1)")
        }
        return try await store.commit(commit.parents[place])
    }
}
