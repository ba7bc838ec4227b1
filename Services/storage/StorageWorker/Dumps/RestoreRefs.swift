import Cryptography
import JSONCodec
import Logging
import Wire

/// Reads a dump into a bare repository: commits, then the nodes that their trees lack, then branches and tags.
///
/// Everything may be sent twice, so whoever takes the job over begins anew, and finds most of it there.
struct RestoreRefs: Sendable {
    /// Holds the largest node there is: rows of eight windows, and one entry more.
    private static let maxNodeBytes = 1 << 20

    let lease: JobLease
    let worker: Worker

    private var job: Job { lease.job }
    private var store: DumpedStore { DumpedStore(store: worker.store, namespace: job.storageNamespace) }

    func run() async throws {
        guard let order = try? RestoreOrder(jsonBytes: Array(job.request.utf8)) else {
            throw DumpFailure("what is to be restored cannot be read")
        }
        let commits = try await manifest(order.references.commits, .commits)
        let tags = try await manifest(order.references.tags, .tags)
        let branches = try await manifest(order.references.branches, .branches)
        guard tags.repository == commits.repository, branches.repository == commits.repository else {
            throw DumpFailure("commits, tags and branches are of different repositories")
        }
        _ = try await worker.call(
            BeginRestore.self,
            BeginRestore.Request(jobID: job.id, fencing: job.fencing, repository: commits.repository))
        try await put(commits)
        try await putNodes(allowsForeignObjects: order.allowsForeignObjects)
        try await put(branches)
        try await put(tags)
        _ = try await worker.patiently {
            try await worker.call(FinishRestore.self, FinishRestore.Request(jobID: job.id, fencing: job.fencing))
        }
    }

    private func manifest(_ id: String, _ kind: DumpedKind) async throws -> DumpManifest {
        let bytes = try await store.get(id, maxBytes: DumpManifest.maxBytes)
        guard let manifest = try? DumpManifest(jsonBytes: bytes), manifest.kind == kind else {
            throw DumpFailure("\(id) is no dump of \(kind.rawValue)")
        }
        return manifest
    }

    private func put(_ manifest: DumpManifest) async throws {
        for part in manifest.parts {
            try Task.checkCancellation()
            let bytes = try await store.get(part, maxBytes: DumpManifest.maxPartBytes)
            guard let rows = try? DumpedRows(jsonBytes: bytes) else { throw DumpFailure("\(part) cannot be read") }
            _ = try await worker.call(
                PutDumped.self,
                PutDumped.Request(jobID: job.id, fencing: job.fencing, kind: manifest.kind, rows: rows))
        }
    }

    private func putNodes(allowsForeignObjects: Bool) async throws {
        var after = ""
        var written = 0
        while true {
            try Task.checkCancellation()
            let state = try await worker.patiently {
                try await worker.call(
                    CheckRestored.self, CheckRestored.Request(jobID: job.id, fencing: job.fencing, after: after))
            }
            for start in stride(from: 0, to: state.missing.count, by: DumpRefs.nodesPerCall) {
                let ids = Array(state.missing[start..<min(start + DumpRefs.nodesPerCall, state.missing.count)])
                _ = try await worker.call(
                    PutNodes.self,
                    PutNodes.Request(
                        jobID: job.id, fencing: job.fencing, nodes: try await nodes(ids),
                        allowsForeignObjects: allowsForeignObjects))
            }
            written += state.missing.count
            after = state.after
            if state.isDone { break }
        }
        worker.logger.info(
            "tree nodes restored", metadata: ["repository": "\(job.repository)", "written": "\(written)"])
    }

    private func nodes(_ ids: [String]) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for id in ids {
                group.addTask { Base64.encode(try await store.get(id, maxBytes: Self.maxNodeBytes)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
