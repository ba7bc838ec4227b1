import Domain
import JSONCodec
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("Commits and merges as jobs, with real workers and a real index", .serialized)
struct BranchTaskPairTests {
    @Test("Each is made once, whoever is killed when: kill -9 of workers and index, again and again")
    func processes() async throws {
        try await WorkerScene.run { scene in
            let fleet = scene.fleet
            var kills = 0
            var commits: [CommitID] = []
            while kills < 9 {
                let number = commits.count
                try await fleet.put(0, "many/\(number)", "1")
                let commit = CreateCommit.Request(
                    repository: fleet.repository, branch: try BranchName("main"), message: "c \(number)")
                let id = try await fleet.settle(0, SubmitCommit.self, SubmitCommit.Request(commit)).id
                #expect(id == commit.operationID.description)
                let state = try await scene.wait(.commitBranch, id, of: fleet) {
                    guard kills < 9 else { return }
                    let victim = [scene.workers[0], scene.workers[1], fleet.indexes[0]][kills % 3]
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...100)))
                    victim.kill()
                    try await victim.start()
                    try await scene.endLeases()
                    kills += 1
                }
                commits.append(try #require(try Self.outcome(state).commit?.id))
            }
            let history = try await fleet.history(0, of: "main").map(\.0)
            // What was made, in that order, and nothing twice; the first commit is the repository's own.
            #expect(history.dropFirst().map(\.id) == commits)
            #expect(history.dropFirst().map(\.message) == commits.indices.map { "c \($0)" })
        }
    }

    @Test("A merge is made, and a conflict told, by a worker")
    func merge() async throws {
        try await WorkerScene.run { scene in
            let fleet = scene.fleet
            _ = try await fleet.branch(0, "dev")
            try await fleet.put(0, "a", "1", on: "dev")
            _ = try await fleet.commit(0, "dev")
            let merged = try await Self.merge(scene)
            #expect(merged.commit?.message == "Merge 'dev' into 'main'")
            try await fleet.put(0, "a", "2")
            _ = try await fleet.commit(0)
            try await fleet.put(0, "a", "3", on: "dev")
            _ = try await fleet.commit(0, "dev")
            #expect(try await Self.merge(scene).error?.code == .conflict)
        }
    }

    private static func merge(_ scene: WorkerScene) async throws -> BranchTaskOutcome {
        let fleet = scene.fleet
        let merge = MergeBranch.Request(
            repository: fleet.repository, source: try RefExpression("dev"), destination: try BranchName("main"))
        let id = try await fleet.settle(0, SubmitMerge.self, SubmitMerge.Request(merge)).id
        return try outcome(try await scene.wait(.mergeBranch, id, of: fleet))
    }

    private static func outcome(_ state: TaskState) throws -> BranchTaskOutcome {
        try BranchTaskOutcome(jsonBytes: Array(try #require(state.result, "\(state.error ?? "")").utf8))
    }
}
