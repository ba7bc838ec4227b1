import Domain
import JSONCodec
import ServiceKit
import Synchronization
import Wire

/// The index as the worker sees it, in memory: one job, what is referenced, what is marked.
final class FakeIndex: Sendable {
    struct State {
        var referenced: Set<String> = []
        /// Address → when it was first marked, in seconds.
        var marked: [String: Int64] = [:]
        var uploads: [Upload] = []
        var repositories: [Repository] = []
        var progress = ""
        var fencing: Int64 = 1
        var isDue = true
        /// The askings for a job, and the one whose lease is on.
        var asked: [OperationID] = []
        var holder: OperationID?
        var finished: [FinishJob.Request] = []
        /// How many more calls are answered before the index stays away.
        var callsLeft: Int?
        /// The method whose next call is not answered, and whether it is carried out all the same.
        var unanswered: (method: String, isCarriedOut: Bool)?
        var seconds: Int64 = 0
    }

    let namespace: StorageNamespace
    let state: Mutex<State>

    init(namespace: StorageNamespace, seconds: Int64) throws {
        self.namespace = namespace
        var initial = State()
        initial.seconds = seconds
        initial.repositories = [try Self.repository(1, "lake", namespace)]
        state = Mutex(initial)
    }

    static func repository(_ id: Int64, _ name: String, _ namespace: StorageNamespace) throws -> Repository {
        Repository(
            id: id, name: try RepositoryName(name), storageNamespace: namespace, defaultBranch: try BranchName("main"),
            created: 0, isReadOnly: false, isBare: false)
    }

    var marks: Set<String> { state.withLock { Set($0.marked.keys) } }

    var client: RPCDouble {
        RPCDouble(as: .storage) { routes in
            routes.on(LeaseJob.self) { request, _, _ in
                guard request.kinds.contains(.cleanUnstaged) else { return LeasedJob() }
                self.state.withLock { $0.asked.append(request.operationID) }
                return try self.answer(LeaseJob.name) { try $0.lease(self.namespace, request.operationID) }
            }
            routes.on(HeartbeatJob.self) { request, _, _ in
                try self.answer { state in
                    try state.check(request.fencing)
                    state.progress = request.progress
                    return Nothing()
                }
            }
            routes.on(FinishJob.self) { request, _, _ in
                try self.answer(FinishJob.name) { state in
                    try state.check(request.fencing)
                    state.holder = nil
                    state.progress = request.progress
                    state.finished.append(request)
                    return Nothing()
                }
            }
            routes.on(ScanAddresses.self) { request, _, _ in try self.answer { $0.scan(request) } }
            routes.on(MarkAddresses.self) { request, _, _ in
                try self.answer { state in
                    try state.check(request.fencing)
                    for address in request.addresses where state.marked[address] == nil {
                        state.marked[address] = state.seconds
                    }
                    return Nothing()
                }
            }
            routes.on(ListMarkedAddresses.self) { request, _, _ in try self.answer { $0.list(request) } }
            routes.on(ForgetMarkedAddresses.self) { request, _, _ in
                try self.answer { state in
                    try state.check(request.fencing)
                    for address in request.addresses { state.marked[address] = nil }
                    return Nothing()
                }
            }
            routes.on(ListUploads.self) { _, _, _ in
                try self.answer { Listed(results: $0.uploads, hasMore: false) }
            }
            routes.on(ListRepositories.self) { _, _, _ in
                try self.answer { Listed(results: $0.repositories, hasMore: false) }
            }
        }
    }

    private func answer<Result: Sendable>(
        _ method: String = "", _ body: (inout State) throws -> sending Result
    ) throws -> sending Result {
        try state.withLock { state in
            if let left = state.callsLeft {
                guard left > 0 else { throw RPCError(.unavailable, "index is away") }
                state.callsLeft = left - 1
            }
            guard let unanswered = state.unanswered, unanswered.method == method else { return try body(&state) }
            state.unanswered = nil
            if unanswered.isCarriedOut { _ = try body(&state) }
            throw RPCError(.unavailable, "the answer is lost")
        }
    }
}

extension FakeIndex.State {
    mutating func lease(_ namespace: StorageNamespace, _ operation: OperationID) throws -> LeasedJob {
        guard isDue else { return LeasedJob(job: nil) }
        if holder != operation { fencing += 1 }
        holder = operation
        return LeasedJob(
            job: Job(
                id: "job", kind: .cleanUnstaged, repositoryID: 1, repository: try RepositoryName("lake"),
                storageNamespace: namespace, fencing: fencing, leaseMilliseconds: 60_000, progress: progress))
    }

    func check(_ fencing: Int64) throws {
        guard fencing == self.fencing else { throw RPCError(.conflict, subject: "job", "the lease was lost") }
    }

    /// Two addresses a page, so that paging is always part of it.
    func scan(_ request: ScanAddresses.Request) -> ScannedAddresses {
        let rows = referenced.sorted().filter { $0 > request.cursor ?? "" }.prefix(2)
        return ScannedAddresses(addresses: Array(rows), cursor: rows.count == 2 ? rows.last : nil)
    }

    func list(_ request: ListMarkedAddresses.Request) -> Listed<String> {
        let rows = marked.filter { $0.key > request.after && $0.value + request.minimumAgeSeconds <= seconds }.keys
            .sorted()
        let page = rows.prefix(3)
        return Listed(results: Array(page), hasMore: rows.count > page.count)
    }
}
