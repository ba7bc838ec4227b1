import Cryptography
import Domain
import Testing
import Wire

@testable import Index

/// What a worker writes to the object store, in memory.
struct HeldDump {
    var repository = DumpedRepository(defaultBranch: "", salt: "")
    var rows: [DumpedKind: DumpedRows] = [:]
    /// Bytes in Base64 by id.
    var nodes: [String: String] = [:]

    static let ids = DumpedIDs(
        commits: String(repeating: "a", count: 64), tags: String(repeating: "b", count: 64),
        branches: String(repeating: "c", count: 64))
}

/// The calls of a worker that dumps and restores.
extension TestIndex {
    private static var worker: CallContext { context(as: nil) }

    func bare(_ name: String, namespace: String = "local://repo-one", isReadOnly: Bool = false) async throws
        -> TestIndex
    {
        let bare = with(Self.named(name))
        _ = try await catalog.createRepository(
            CreateRepository.Request(
                name: bare.repository, storageNamespace: try StorageNamespace(namespace),
                defaultBranch: try BranchName("main"), isReadOnly: isReadOnly, isBare: true), context)
        return bare
    }

    func submitDump() async throws -> String {
        try await catalog.submitDump(SubmitDump.Request(repository: repository), context).id
    }

    func submitRestore(force: Bool = false, operation: OperationID = OperationID()) async throws -> String {
        try await catalog.submitRestore(
            SubmitRestore.Request(
                repository: repository, references: HeldDump.ids, force: force, operationID: operation), context
        ).id
    }

    func task(_ kind: JobKind, _ id: String) async throws -> TaskState {
        try await catalog.getTask(GetTask.Request(repository: repository, kind: kind, id: id), context)
    }

    func leaseTask(_ kind: JobKind) async throws -> Job {
        try #require(
            try await catalog.leaseJob(
                LeaseJob.Request(kinds: [kind], owner: "worker", operationID: OperationID()), Self.worker
            )
            .job)
    }

    func finish(_ job: Job, error: String? = nil, result: String? = nil, again: Int64? = nil) async throws {
        _ = try await catalog.finishJob(
            FinishJob.Request(
                jobID: job.id, fencing: job.fencing, error: error, progress: "", result: result,
                againAfterSeconds: again), Self.worker)
    }

    func beginDump(_ job: Job) async throws -> DumpedRepository {
        try await catalog.beginDump(BeginDump.Request(jobID: job.id, fencing: job.fencing), Self.worker)
    }

    /// Reads everything that a job that was begun holds.
    func read(_ job: Job, _ repository: DumpedRepository) async throws -> HeldDump {
        var dump = HeldDump(repository: repository)
        var after = ""
        while true {
            let page = try await catalog.listNodes(
                ListNodes.Request(repositoryID: job.repositoryID, after: after, amount: 7), Self.worker)
            let read = try await catalog.readNodes(
                ReadNodes.Request(repositoryID: job.repositoryID, ids: page.results.map(\.id)), Self.worker)
            for (node, bytes) in zip(page.results, read.nodes) {
                #expect(Base64.decode(bytes)?.count == Int(node.bytes))
                dump.nodes[node.id] = bytes
            }
            guard page.hasMore, let last = page.results.last else { break }
            after = last.id
        }
        for kind in DumpedKind.allCases {
            var rows = DumpedRows()
            var after = ""
            while true {
                let page = try await catalog.listDumped(
                    ListDumped.Request(jobID: job.id, kind: kind, after: after), Self.worker)
                guard let last = page.commits.last?.id ?? page.references.last?.name else { break }
                rows.commits += page.commits
                rows.references += page.references
                after = last
            }
            dump.rows[kind] = rows
        }
        return dump
    }

    /// A whole dump, from the submission to its end.
    func dump() async throws -> HeldDump {
        let id = try await submitDump()
        let job = try await leaseTask(.dumpRefs)
        #expect(job.repository == repository)
        let dump = try await read(job, try await beginDump(job))
        try await finish(job, result: "{}")
        #expect(try await task(.dumpRefs, id).isDone)
        return dump
    }

    func beginRestore(_ job: Job, _ dump: HeldDump) async throws {
        _ = try await catalog.beginRestore(
            BeginRestore.Request(jobID: job.id, fencing: job.fencing, repository: dump.repository), Self.worker)
    }

    func put(_ kind: DumpedKind, of dump: HeldDump, _ job: Job) async throws {
        _ = try await catalog.putDumped(
            PutDumped.Request(
                jobID: job.id, fencing: job.fencing, kind: kind, rows: dump.rows[kind] ?? DumpedRows()), Self.worker)
    }

    func missing(_ job: Job, after: String = "") async throws -> MissingNodes {
        try await catalog.checkRestored(
            CheckRestored.Request(jobID: job.id, fencing: job.fencing, after: after), Self.worker)
    }

    func put(_ nodes: [String], of dump: HeldDump, _ job: Job, allowsForeignObjects: Bool = false) async throws {
        for start in stride(from: 0, to: nodes.count, by: 20) {
            let ids = nodes[start..<min(start + 20, nodes.count)]
            _ = try await catalog.putNodes(
                PutNodes.Request(
                    jobID: job.id, fencing: job.fencing, nodes: try ids.map { try #require(dump.nodes[$0]) },
                    allowsForeignObjects: allowsForeignObjects), Self.worker)
        }
    }

    /// Everything but the end.
    func fill(_ job: Job, _ dump: HeldDump, allowsForeignObjects: Bool = false) async throws {
        try await beginRestore(job, dump)
        try await put(.commits, of: dump, job)
        var state = MissingNodes(missing: [], after: "", isDone: false)
        while !state.isDone {
            state = try await missing(job, after: state.after)
            try await put(state.missing, of: dump, job, allowsForeignObjects: allowsForeignObjects)
        }
        try await put(.branches, of: dump, job)
        try await put(.tags, of: dump, job)
    }

    func finishRestore(_ job: Job) async throws {
        _ = try await catalog.finishRestore(
            FinishRestore.Request(jobID: job.id, fencing: job.fencing), Self.worker)
    }

    /// A whole restore, from the submission to its end.
    func restore(_ dump: HeldDump) async throws {
        let id = try await submitRestore()
        let job = try await leaseTask(.restoreRefs)
        try await fill(job, dump)
        try await finishRestore(job)
        let state = try await task(.restoreRefs, id)
        #expect(state.isDone && state.error == nil)
    }

    /// Names and commits of branches, hidden ones marked, and of tags.
    func references() async throws -> [String] {
        let range = ListRange(amount: 1_000)
        let shown = try await catalog.listBranches(
            ListBranches.Request(repository: repository, range: range), context
        ).results.map(\.name)
        let branches = try await catalog.listBranches(
            ListBranches.Request(repository: repository, range: range, showsHidden: true), context)
        let tags = try await catalog.listTags(ListTags.Request(repository: repository, range: range), context)
        return branches.results.map { "\(shown.contains($0.name) ? "" : "hidden ")branch \($0.name) \($0.commitID)" }
            + tags.results.map { "tag \($0.name) \($0.commitID)" }
    }
}
