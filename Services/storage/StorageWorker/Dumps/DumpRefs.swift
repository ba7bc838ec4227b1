import Cryptography
import JSONCodec
import Logging
import Wire

/// Writes a repository's branches, tags and commits, and the nodes of their trees, to the object store.
///
/// What is there already, of an earlier dump or an earlier try, is not written again.
struct DumpRefs: Sendable {
    /// Of the calls that read nodes.
    static let nodesPerCall = 32

    let lease: JobLease
    let worker: Worker

    private var job: Job { lease.job }
    private var store: DumpedStore { DumpedStore(store: worker.store, namespace: job.storageNamespace) }

    /// - Returns: the job's result.
    func run() async throws -> String {
        let repository = try await worker.patiently {
            try await worker.call(BeginDump.self, BeginDump.Request(jobID: job.id, fencing: job.fencing))
        }
        try await writeNodes()
        var ids: [DumpedKind: String] = [:]
        for kind in DumpedKind.allCases { ids[kind] = try await write(kind, repository) }
        guard let commits = ids[.commits], let tags = ids[.tags], let branches = ids[.branches] else {
            throw DumpFailure("a kind of rows was not dumped")
        }
        let result = DumpedIDs(commits: commits, tags: tags, branches: branches)
        return String(decoding: try result.jsonBytes(), as: UTF8.self)
    }

    /// Goes over nodes and what the store has side by side: both are in the order of ids. How far this came is recorded.
    private func writeNodes() async throws {
        var after = lease.recorded
        var listing = store.listing(after: after)
        var written = 0
        while true {
            try Task.checkCancellation()
            let page = try await worker.call(
                ListNodes.self, ListNodes.Request(repositoryID: job.repositoryID, after: after))
            guard let last = page.results.last else { break }
            let sizes = try await listing.sizes(of: page.results.map(\.id))
            let missing = page.results.filter { sizes[$0.id] != $0.bytes }.map(\.id)
            for start in stride(from: 0, to: missing.count, by: Self.nodesPerCall) {
                try await copy(Array(missing[start..<min(start + Self.nodesPerCall, missing.count)]))
            }
            written += missing.count
            after = last.id
            try await lease.record(after)
            guard page.hasMore else { break }
        }
        worker.logger.info(
            "tree nodes dumped", metadata: ["repository": "\(job.repository)", "written": "\(written)"])
    }

    private func copy(_ ids: [String]) async throws {
        let read = try await worker.call(
            ReadNodes.self, ReadNodes.Request(repositoryID: job.repositoryID, ids: ids))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (id, text) in zip(ids, read.nodes) {
                group.addTask {
                    guard let bytes = Base64.decode(text) else { throw DumpFailure("node \(id) cannot be read") }
                    try await store.put(bytes, id: id)
                }
            }
            try await group.waitForAll()
        }
    }

    /// - Returns: the id of the manifest.
    private func write(_ kind: DumpedKind, _ repository: DumpedRepository) async throws -> String {
        var manifest = DumpManifest(kind, of: repository)
        var after = ""
        while true {
            try Task.checkCancellation()
            let page = try await worker.call(
                ListDumped.self, ListDumped.Request(jobID: job.id, kind: kind, after: after))
            guard let last = page.commits.last?.id ?? page.references.last?.name else { break }
            manifest.parts.append(try await store.put(try page.jsonBytes()))
            after = last
        }
        return try await store.put(try manifest.jsonBytes())
    }
}
