import Domain
import JSONCodec
import Testing
import Wire

@testable import Index

@Suite("Commits and merges as jobs", .serialized)
struct BranchTaskTests {
    private static func submitCommit(
        _ index: TestIndex, message: String = "m", operation: OperationID = OperationID(), force: Bool = false,
        branch: String = "main"
    ) async throws -> String {
        try await index.catalog.submitCommit(
            SubmitCommit.Request(
                CreateCommit.Request(
                    repository: index.repository, branch: try BranchName(branch), message: message,
                    metadata: ["k": "v"], force: force, operationID: operation)), TestIndex.context(as: "ada")
        ).id
    }

    private static func submitMerge(
        _ index: TestIndex, source: String = "dev", into destination: String = "main",
        resolutions: [ConflictResolution] = []
    ) async throws -> String {
        try await index.catalog.submitMerge(
            SubmitMerge.Request(
                MergeBranch.Request(
                    repository: index.repository, source: try RefExpression(source),
                    destination: try BranchName(destination), resolutions: resolutions)), TestIndex.context(as: "ada")
        ).id
    }

    private static func run(_ index: TestIndex, _ job: Job) async throws -> BranchTaskOutcome {
        try await index.catalog.runBranchTask(
            RunBranchTask.Request(jobID: job.id, fencing: job.fencing), TestIndex.context(as: nil))
    }

    @Test("A commit is made by who asked for it, once, however often it is carried out")
    func commit() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let operation = OperationID()
        let id = try await Self.submitCommit(index, message: "later", operation: operation)
        #expect(try await Self.submitCommit(index, message: "later", operation: operation) == id)
        #expect(try await index.task(.commitBranch, id).isDone == false)
        let before = try await index.commit(of: "main").id
        let job = try await index.leaseTask(.commitBranch)
        let outcome = try await Self.run(index, job)
        let commit = try #require(outcome.commit)
        #expect(commit.committer == "ada" && commit.message == "later" && commit.metadata == ["k": "v"])
        #expect(commit.parents == [before])
        #expect(try await index.commit(of: "main").id == commit.id)
        // Carried out again, also by another process: more was staged meanwhile and stays.
        try await index.put("b", "2")
        #expect(try await Self.run(try index.second(), job).commit == commit)
        #expect(try await index.commit(of: "main").id == commit.id)
        try await index.finish(job, result: String(decoding: try outcome.jsonBytes(), as: UTF8.self))
        let task = try await index.task(.commitBranch, id)
        #expect(task.isDone && task.error == nil)
        #expect(try BranchTaskOutcome(jsonBytes: Array(try #require(task.result).utf8)).commit == commit)
        await expectError(.notFound) { try await index.task(.mergeBranch, id) }
        await expectError(.conflict) { try await Self.run(index, job) }
    }

    @Test("A merge takes what its request says")
    func merge() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        _ = try await index.commit("dev")
        try await index.put("a", "2")
        _ = try await index.commit()
        _ = try await Self.submitMerge(index)
        let first = try await index.leaseTask(.mergeBranch)
        let conflict = try await Self.run(index, first)
        #expect(conflict.commit == nil && conflict.error?.code == .conflict)
        try await index.finish(first, error: conflict.refusal?.message)
        _ = try await Self.submitMerge(index, resolutions: [ConflictResolution(path: "a", take: .source)])
        let merged = try await Self.run(index, try await index.leaseTask(.mergeBranch))
        #expect(merged.commit?.message == "Merge 'dev' into 'main'" && merged.commit?.committer == "ada")
        #expect(try await index.get("a") == "1")
    }

    @Test("What is refused at once makes no job")
    func refused() async throws {
        let index = try await TestIndex.make()
        await expectError(.notFound) { try await Self.submitCommit(index, branch: "none") }
        await expectError(.notFound) { try await Self.submitMerge(index, source: "none") }
        await expectError(.notFound) { try await Self.submitMerge(index, source: "main", into: "none") }
        await expectError(.notFound) { try await Self.submitCommit(index.with(TestIndex.named("none"))) }
        await expectError(.invalidArgument) {
            try await Self.submitMerge(
                index, source: "main",
                resolutions: [
                    ConflictResolution(path: "a", take: .source), ConflictResolution(path: "a", take: .destination),
                ])
        }
        #expect(try await index.count("job WHERE kind IN ('commitBranch', 'mergeBranch')") == 0)
    }

    @Test("What is refused when it is carried out is its outcome")
    func outcome() async throws {
        let index = try await TestIndex.make()
        _ = try await Self.submitCommit(index)
        let outcome = try await Self.run(index, try await index.leaseTask(.commitBranch))
        #expect(outcome.commit == nil && outcome.error?.code == .noChanges)
        #expect(try BranchTaskOutcome(jsonBytes: try outcome.jsonBytes()).error == outcome.error)
    }

    @Test("A lease that is over carries out nothing")
    func fenced() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        _ = try await Self.submitCommit(index)
        let job = try await index.leaseTask(.commitBranch)
        let head = try await index.commit(of: "main").id
        var old = job
        old.fencing -= 1
        await expectError(.conflict) { try await Self.run(index, old) }
        try await index.sql("UPDATE job SET ends = clock_timestamp() - interval '1 second' WHERE ends IS NOT NULL")
        await expectError(.conflict) { try await Self.run(index, job) }
        #expect(try await index.commit(of: "main").id == head)
        // Another worker takes it.
        let again = try await index.leaseTask(.commitBranch)
        #expect(try await Self.run(index, again).commit != nil)
    }

    @Test("An answer is kept as long as a job may ask for it again, and no longer")
    func retention() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        _ = try await Self.submitCommit(index)
        let job = try await index.leaseTask(.commitBranch)
        let commit = try await Self.run(index, job).commit
        try await index.sql("UPDATE operation SET created = created - interval '2 days'")
        try await Upkeep(index.catalog).sweepAnswers()
        #expect(try await Self.run(index, job).commit == commit)
        try await index.finish(job)
        try await Upkeep(index.catalog).sweepAnswers()
        #expect(try await index.count("operation WHERE created < now() - interval '1 day'") == 0)
    }
}
