import Domain
import ServiceKit
import TestSupport
import Testing
import Wire

/// An index, two workers and a folder for what they write.
struct WorkerScene {
    var fleet: IndexFleet
    let workers: [ServiceProcess]
    let store: TemporaryFolder
    var namespace = "local://lake"

    /// - Parameter variables: further environment of the workers, such as another store's.
    static func run(
        cluster: PostgresCluster? = nil, _ variables: [String: String] = [:],
        _ body: (WorkerScene) async throws -> Void
    ) async throws {
        let store = try TemporaryFolder()
        try await IndexFleet.run(1, cluster: cluster) { fleet in
            let workers = try (0..<2).map { _ in
                try RealServices.storage(index: fleet.indexes[0].address, store: store, variables)
            }
            for worker in workers { try await worker.start() }
            defer { for worker in workers { worker.kill() } }
            try await body(WorkerScene(fleet: fleet, workers: workers, store: store))
        }
    }

    /// The same indexes with another repository.
    func with(_ repository: String) throws -> IndexFleet {
        IndexFleet(
            indexes: fleet.indexes, clients: fleet.clients, database: fleet.database,
            repository: try RepositoryName(repository))
    }

    /// Waits until a task has ended, while `disturb` does what it likes.
    func wait(
        _ kind: JobKind, _ id: String, of fleet: IndexFleet, disturb: () async throws -> Void = {}
    ) async throws -> TaskState {
        let end = ContinuousClock.now + .seconds(200)
        while .now < end {
            let state = try await fleet.settle(
                0, GetTask.self, GetTask.Request(repository: fleet.repository, kind: kind, id: id))
            if state.isDone { return state }
            try await disturb()
            try await Task.sleep(for: .milliseconds(50))
        }
        throw IndexFleet.StillBusy(description: "the task does not end")
    }

    /// A lease that was held by a process that is dead ends now, not in a minute.
    func endLeases() async throws {
        _ = try await fleet.sql("UPDATE index.job SET ends = now() WHERE ends > now() AND finished IS NULL")
    }
}
