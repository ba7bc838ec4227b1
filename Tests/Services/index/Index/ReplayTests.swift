import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ReplayTests {
    @discardableResult
    private static func replay(
        _ index: TestIndex, _ branch: String = "dev", onto: String = "main", strategy: MergeStrategy? = nil,
        operation: OperationID = OperationID()
    ) async throws -> Replay {
        try await index.catalog.replayBranch(
            ReplayBranch.Request(
                repository: index.repository, branch: try BranchName(branch), onto: try RefExpression(onto),
                strategy: strategy, operationID: operation), TestIndex.context(as: "bob"))
    }

    @discardableResult
    private static func commit(
        _ index: TestIndex, _ path: String, _ content: String, on branch: String = "dev", _ message: String? = nil
    ) async throws -> Commit {
        try await index.put(path, content, on: branch)
        return try await index.commit(branch, message ?? "\(path)=\(content)", metadata: ["for": path])
    }

    /// `dev` has two commits and `main` one since they parted.
    private static func diverge() async throws -> TestIndex {
        let index = try await TestIndex.make()
        try await commit(index, "base", "0", on: "main")
        try await index.branch("dev")
        try await commit(index, "a", "1")
        try await commit(index, "b", "2")
        try await commit(index, "m", "1", on: "main")
        return index
    }

    @Test("The commits of a branch are made again on top of another, each with its message and metadata")
    func replays() async throws {
        let index = try await Self.diverge()
        let (one, two) = (try await index.commit(of: "dev~1"), try await index.commit(of: "dev"))
        let main = try await index.commit(of: "main")
        let replay = try await Self.replay(index)
        #expect(try await index.list("dev") == ["a=1", "b=2", "base=0", "m=1"])
        #expect(try await index.log("dev") == ["b=2", "a=1", "m=1", "base=0", "Repository created"])
        let (first, second) = (try await index.commit(of: "dev~1"), try await index.commit(of: "dev"))
        #expect(replay.head == second.id)
        #expect(
            replay.commits == [
                ReplayedCommit(origin: one.id, commit: first.id), ReplayedCommit(origin: two.id, commit: second.id),
            ])
        #expect(first.parents == [main.id] && second.parents == [first.id])
        #expect(first.generation == main.generation + 1 && second.generation == main.generation + 2)
        #expect(second.committer == "bob" && second.message == "b=2")
        #expect(
            second.metadata == ["for": "b", "replay-origin": two.id.string, "replay-committer": "alice"])
        // What was there is still there by its id.
        #expect(try await index.contents(two.id.string) == ["base": "0", "a": "1", "b": "2"])
    }

    @Test("What is in its place stays as it is, and a branch without commits of its own goes along")
    func nothingToDo() async throws {
        let index = try await Self.diverge()
        let again = try await Self.replay(index)
        #expect(try await Self.replay(index).head == again.head)
        #expect(try await Self.replay(index).commits.allSatisfy { $0.origin == $0.commit })
        try await index.branch("old", from: "main~1")
        let along = try await Self.replay(index, "old")
        #expect(along == Replay(head: try await index.commit(of: "main").id, commits: []))
        #expect(try await index.head("old") == index.head())
        #expect(try await Self.replay(index, "old", onto: "old").commits == [])
        // Back onto an older commit nothing needs to change either.
        #expect(try await Self.replay(index, onto: "main~1").head == again.head)
    }

    @Test("Only what follows the place where the lines part is made again")
    func partly() async throws {
        let index = try await Self.diverge()
        try await index.branch("feature", from: "dev")
        try await Self.commit(index, "f", "1", on: "feature")
        try await Self.commit(index, "c", "3")
        let origin = try await index.commit(of: "feature")
        let replay = try await Self.replay(index, "feature", onto: "dev")
        #expect(replay.commits.map(\.origin) == [origin.id])
        #expect(try await index.log("feature", amount: 3).prefix(2) == ["f=1", "c=3"])
    }

    @Test("What is there already is left out; what was empty from the first stays")
    func dropped() async throws {
        let index = try await Self.diverge()
        try await index.commit("dev", "empty", allowsEmpty: true)
        try await Self.commit(index, "a", "1", on: "main", "the same")
        let replay = try await Self.replay(index)
        #expect(replay.commits.map { $0.commit == nil } == [true, false, false])
        #expect(try await index.log("dev").prefix(3) == ["empty", "b=2", "the same"])
    }

    @Test("A conflict names commit and path and changes nothing; a strategy settles it")
    func conflict() async throws {
        let index = try await Self.diverge()
        try await Self.commit(index, "a", "main", on: "main")
        let head = try await index.head("dev")
        let origin = try await index.commit(of: "dev~1").id
        await expectError(.conflict, "commit \(origin): conflict found: 1 path: 'a'") { try await Self.replay(index) }
        #expect(try await index.head("dev") == head)
        try await index.branch("dev2", from: "dev")
        try await Self.replay(index, strategy: .sourceWins)
        #expect(try await index.get("a", at: "dev") == "1")
        let kept = try await Self.replay(index, "dev2", strategy: .destinationWins)
        #expect(try await index.list("dev2") == ["a=main", "b=2", "base=0", "m=1"])
        #expect(kept.commits.map { $0.commit == nil } == [true, false])
    }

    @Test("Of a merge, the commits of both sides are made again, but for those that are there")
    func merges() async throws {
        let index = try await Self.diverge()
        try await index.merge("main", into: "dev")
        try await index.branch("side", from: "dev~1")
        try await Self.commit(index, "s", "1", on: "side")
        try await index.merge("side", into: "dev")
        try await Self.commit(index, "m", "2", on: "main")
        let before = try await index.contents("dev")
        let replay = try await Self.replay(index)
        #expect(replay.commits.count == 5 && replay.commits.count { $0.commit == nil } == 2)
        let after = try await index.contents("dev")
        #expect(after == before.merging(["m": "2"]) { $1 })
        let log = try await index.log("dev")
        #expect(Set(log.prefix(3)) == ["a=1", "b=2", "s=1"] && log[3] == "m=2")
    }

    @Test("Staged changes, unknown names and too much to do refuse a replay")
    func refusals() async throws {
        let index = try await Self.diverge()
        await expectError(.notFound, "branch not found") { try await Self.replay(index, "nothing") }
        await expectError(.notFound) { try await Self.replay(index, onto: "nothing") }
        await expectError(.invalidArgument) { try await Self.replay(index, onto: "main$") }
        try await index.put("x", "staged", on: "dev")
        await expectError(.dirtyBranch) { try await Self.replay(index) }
        try await index.delete("x", on: "dev")
        try await Self.replay(index)
        #expect(try await index.uncommitted("dev") == [])
        let limited = UniqueCommits(
            store: index.catalog.commitStore(try await index.state().repository.id, .now + .seconds(10)), limit: 1)
        let (dev, main) = (try await index.state("dev").head, try await index.state().head)
        await expectError(.invalidArgument, "more than 1 commits") { try await limited.commits(of: dev, notIn: main) }
    }

    @Test("The same call sent again makes one replay and gives the same answer")
    func repeated() async throws {
        let index = try await Self.diverge()
        let operation = OperationID()
        let first = try await Self.replay(index, operation: operation)
        try await Self.commit(index, "c", "3")
        #expect(try await Self.replay(try index.second(), operation: operation) == first)
        #expect(try await index.log("dev").first == "c=3")
    }

    @Test("A replay that another overtakes makes no commit that nobody can reach")
    func overtaken() async throws {
        let index = try await Self.diverge()
        let before = try await index.count("commit")
        let replay = try await index.overtake(
            "dev", against: { try await Self.replay(index) },
            with: { transaction in
                _ = try await transaction.run(
                    .write("UPDATE ref SET version = version + 1 WHERE name = $1"), [.name("dev")])
            })
        #expect(try await index.head("dev") == replay.head.string)
        #expect(try await index.count("commit") == before + 2)
    }

    @Test("What one history has and another has not, whatever the merges between them")
    func unique() async throws {
        let index = try await Self.diverge()
        try await index.merge("dev")
        try await Self.commit(index, "d", "1")
        try await index.merge("main", into: "dev")
        try await Self.commit(index, "n", "1", on: "main")
        let store = index.catalog.commitStore(try await index.state().repository.id, .now + .seconds(10))
        func messages(_ head: String, _ other: String) async throws -> [String] {
            let (head, other) = (try await index.commit(of: head).id, try await index.commit(of: other).id)
            return try await UniqueCommits(store: store, limit: 10).commits(of: head.digest, notIn: other.digest)
                .map(\.content.message)
        }
        #expect(try await messages("dev", "main") == ["d=1", "Merge 'main' into 'dev'"])
        #expect(try await messages("main", "dev") == ["n=1"])
        #expect(try await messages("main~1", "main") == [])
        #expect(try await messages("main", "main~1^2") == ["m=1", "Merge 'dev' into 'main'", "n=1"])
    }
}
