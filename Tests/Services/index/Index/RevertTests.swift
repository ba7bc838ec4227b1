import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct RevertTests {
    private static func revert(
        _ index: TestIndex, _ reference: String, parent: Int = 0, allowsEmpty: Bool = false, on branch: String = "main"
    ) async throws -> Commit {
        try await index.catalog.revertCommit(
            RevertCommit.Request(
                repository: index.repository, branch: try BranchName(branch), reference: try RefExpression(reference),
                parentNumber: parent, allowsEmpty: allowsEmpty), TestIndex.context(as: "bob"))
    }

    private static func pick(
        _ index: TestIndex, _ reference: String, parent: Int? = nil, on branch: String = "main"
    ) async throws -> Commit {
        try await index.catalog.cherryPick(
            CherryPick.Request(
                repository: index.repository, branch: try BranchName(branch), reference: try RefExpression(reference),
                parentNumber: parent), TestIndex.context(as: "bob"))
    }

    @Test("A revert undoes one commit and keeps what came later")
    func revert() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        try await index.put("a", "2")
        try await index.put("b", "2")
        let undone = try await index.commit()
        try await index.put("c", "3")
        try await index.commit()
        let commit = try await Self.revert(index, "main~1")
        #expect(try await index.list() == ["a=1", "c=3"])
        #expect(commit.message == "Revert main~1" && commit.committer == "bob")
        await expectError(.noChanges) { try await Self.revert(index, undone.id.string) }
        _ = try await Self.revert(index, undone.id.string, allowsEmpty: true)
        _ = try await Self.revert(index, commit.id.string)
        #expect(try await index.list() == ["a=2", "b=2", "c=3"])
    }

    @Test("Conflicts, staged changes and the root refuse a revert")
    func refusals() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        try await index.put("a", "2")
        try await index.commit()
        await expectError(.conflict, "conflict found: 1 path: 'a'") { try await Self.revert(index, "main~1") }
        await expectError(.invalidArgument) { try await Self.revert(index, "main~2") }
        await expectError(.invalidArgument) { try await Self.revert(index, "main", parent: 2) }
        await expectError(.invalidArgument) { try await Self.revert(index, "main", parent: -1) }
        await expectError(.invalidArgument) { try await Self.revert(index, "main$") }
        await expectError(.notFound) { try await Self.revert(index, "nothing") }
        try await index.put("x", "1")
        await expectError(.dirtyBranch) { try await Self.revert(index, "main") }
    }

    @Test("A merge is reverted and picked by a parent's number")
    func merges() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        try await index.branch("dev")
        try await index.branch("other")
        try await index.put("dev", "1", on: "dev")
        try await index.commit("dev")
        try await index.put("main", "1")
        try await index.commit()
        try await index.merge("dev")
        await expectError(.conflict) { try await Self.revert(index, "main") }
        await expectError(.invalidArgument) { try await Self.revert(index, "main", parent: 3) }
        await expectError(.invalidArgument) { try await Self.pick(index, "main", on: "other") }
        await expectError(.invalidArgument) { try await Self.pick(index, "main", parent: 3, on: "other") }
        await expectError(.invalidArgument) { try await Self.pick(index, "main", parent: 0, on: "other") }
        _ = try await Self.pick(index, "main", parent: 1, on: "other")
        #expect(try await index.list("other") == ["a=1", "dev=1"])
        _ = try await Self.revert(index, "main", parent: 2)
        #expect(try await index.list() == ["a=1", "dev=1"])
    }

    @Test("A picked commit brings its change, message and metadata along, and says where it is from")
    func cherryPick() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        try await index.commit("dev")
        try await index.put("b", "2", on: "dev")
        let picked = try await index.commit("dev", "the change", metadata: ["k": "v"])
        let commit = try await Self.pick(index, "dev")
        #expect(try await index.list() == ["b=2"])
        #expect(commit.message == "the change" && commit.committer == "bob" && commit.parents.count == 1)
        #expect(
            commit.metadata == [
                "k": "v", "cherry-pick-origin": picked.id.string, "cherry-pick-committer": "alice",
            ])
        await expectError(.invalidArgument) { try await Self.pick(index, "main~1") }
        try await index.put("b", "3", on: "main")
        await expectError(.dirtyBranch) { try await Self.pick(index, "dev~1") }
        try await index.commit()
        try await index.put("b", "4", on: "dev")
        try await index.commit("dev")
        await expectError(.conflict) { try await Self.pick(index, "dev") }
    }
}
