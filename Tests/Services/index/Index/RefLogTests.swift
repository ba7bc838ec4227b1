import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct RefLogTests {
    /// Rows as `name action from→to by actor`, commits by their first eight digits, `-` for none.
    private static func log(
        _ index: TestIndex, _ name: String? = nil, deletionsOnly: Bool = false, amount: Int = 1_000
    ) async throws -> [String] {
        var rows: [String] = []
        var before: Int64?
        while true {
            let page = try await index.catalog.listRefLog(
                ListRefLog.Request(
                    repository: index.repository, reference: name, deletionsOnly: deletionsOnly, before: before,
                    amount: amount), index.context)
            for move in page.results {
                let (from, to) = (short(move.from), short(move.to))
                rows.append("\(move.kind) \(move.name): \(move.action) \(from)→\(to) by \(move.actor)")
                before = move.id
            }
            if !page.hasMore { return rows }
        }
    }

    private static func short(_ commit: CommitID?) -> String { commit.map { String($0.string.prefix(8)) } ?? "-" }

    private static func delete(_ index: TestIndex, branch: String, as user: String = "bob") async throws {
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName(branch)),
            TestIndex.context(as: user))
    }

    private static func delete(_ index: TestIndex, tag: String) async throws {
        _ = try await index.catalog.deleteTag(
            DeleteTag.Request(repository: index.repository, tag: try TagName(tag)), index.context)
    }

    @discardableResult
    private static func undelete(
        _ index: TestIndex, branch: String, _ deletion: Int64? = nil, operation: OperationID = OperationID()
    ) async throws -> Branch {
        try await index.catalog.undeleteBranch(
            UndeleteBranch.Request(
                repository: index.repository, branch: try BranchName(branch), deletion: deletion,
                operationID: operation), TestIndex.context(as: "carol"))
    }

    @discardableResult
    private static func undelete(_ index: TestIndex, tag: String, _ deletion: Int64? = nil) async throws -> Wire.Tag {
        try await index.catalog.undeleteTag(
            UndeleteTag.Request(repository: index.repository, tag: try TagName(tag), deletion: deletion), index.context)
    }

    @Test("Every move of every branch and tag is told, the latest first, page by page")
    func moves() async throws {
        let index = try await TestIndex.make()
        let root = Self.short(try await index.commit(of: "main").id)
        try await index.put("a", "1")
        let one = Self.short(try await index.commit().id)
        try await index.branch("dev")
        try await index.tag("v1")
        try await index.put("b", "1", on: "dev")
        let two = Self.short(try await index.commit("dev").id)
        let merged = Self.short(try await index.merge("dev").id)
        _ = try await index.catalog.hardResetBranch(
            HardResetBranch.Request(
                repository: index.repository, branch: try BranchName("main"), reference: try RefExpression("main~1")),
            TestIndex.context(as: "bob"))
        // What moves no head is no move.
        try await index.put("c", "1")
        try await index.fold()
        try await index.reset(.all)
        try await Self.delete(index, branch: "dev")
        try await Self.delete(index, tag: "v1")
        let all = [
            "tag v1: delete tag \(one)→- by alice", "branch dev: delete branch \(two)→- by bob",
            "branch main: hard reset \(merged)→\(one) by bob", "branch main: merge \(one)→\(merged) by alice",
            "branch dev: commit \(one)→\(two) by alice", "tag v1: create tag -→\(one) by alice",
            "branch dev: create branch -→\(one) by alice", "branch main: commit \(root)→\(one) by alice",
            "branch main: create repository -→\(root) by alice",
        ]
        for amount in [1, 2, 3, 1_000] { #expect(try await Self.log(index, amount: amount) == all) }
        #expect(try await Self.log(index, "dev", amount: 1) == all.filter { $0.contains(" dev:") })
        #expect(try await Self.log(index, "v1") == all.filter { $0.contains(" v1:") })
        #expect(try await Self.log(index, deletionsOnly: true, amount: 1) == all.filter { $0.contains("delete") })
        #expect(try await Self.log(index, "dev", deletionsOnly: true) == [all[1]])
        #expect(try await Self.log(index, "nothing") == [])
        let page = try await index.catalog.listRefLog(
            ListRefLog.Request(repository: index.repository), index.context)
        let now = Catalog.systemSeconds() * 1_000
        #expect(page.results.allSatisfy { abs($0.moved - now) < 600_000 })
    }

    @Test("An unknown repository and a wrong amount are refused")
    func refusals() async throws {
        let index = try await TestIndex.make()
        let other = ListRefLog.Request(repository: try RepositoryName("nothing"))
        await expectError(.notFound, "repository not found") {
            try await index.catalog.listRefLog(other, index.context)
        }
        await expectError(.invalidArgument) { try await Self.log(index, amount: 1_001) }
    }

    @Test("A deleted branch comes back where it was, hidden as it was, without what was staged")
    func branch() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev", isHidden: true)
        try await index.put("a", "1", on: "dev")
        let head = try await index.commit("dev").id
        try await index.put("b", "1", on: "dev")
        try await Self.delete(index, branch: "dev")
        #expect(try await Self.undelete(index, branch: "dev").commitID == head)
        #expect(try await index.list("dev") == ["a=1"])
        let visible = try await index.catalog.listBranches(
            ListBranches.Request(repository: index.repository, range: ListRange()), index.context)
        #expect(visible.results.map(\.name.string) == ["main"])
        try await index.put("c", "1", on: "dev")
        try await index.commit("dev")
        let last = try await Self.log(index, "dev")
        #expect(last[1] == "branch dev: undelete branch -→\(Self.short(head)) by carol")
    }

    @Test("A tag comes back where it was")
    func tag() async throws {
        let index = try await TestIndex.make()
        let head = try await index.tag("v1").commitID
        try await index.put("a", "1")
        try await index.commit()
        try await Self.delete(index, tag: "v1")
        #expect(try await Self.undelete(index, tag: "v1").commitID == head)
        await expectError(.alreadyExists, "tag already exists") { try await Self.undelete(index, tag: "v1") }
        await expectError(.notFound, "tag not found") { try await Self.undelete(index, tag: "main") }
    }

    @Test("Of several deletions the latest counts, or the one that is named")
    func several() async throws {
        let index = try await TestIndex.make()
        let first = try await index.branch("dev").commitID
        try await Self.delete(index, branch: "dev")
        try await index.put("a", "1")
        let second = try await index.commit().id
        try await index.tag("dev")
        try await Self.delete(index, tag: "dev")
        try await index.branch("dev")
        try await Self.delete(index, branch: "dev")
        let deletions = try await index.catalog.listRefLog(
            ListRefLog.Request(repository: index.repository, reference: "dev", deletionsOnly: true), index.context
        ).results
        #expect(deletions.map(\.kind) == [.branch, .tag, .branch])
        #expect(deletions.map(\.from) == [second, second, first])
        #expect(try await Self.undelete(index, branch: "dev").commitID == second)
        try await Self.delete(index, branch: "dev")
        #expect(try await Self.undelete(index, branch: "dev", deletions[2].id).commitID == first)
        try await Self.delete(index, branch: "dev")
        // A tag's deletion brings no branch back, nor does a move that is no deletion.
        await expectError(.notFound) { try await Self.undelete(index, branch: "dev", deletions[1].id) }
        await expectError(.notFound) { try await Self.undelete(index, branch: "dev", deletions[0].id - 1) }
        await expectError(.notFound) { try await Self.undelete(index, branch: "main") }
    }

    @Test("A name that is taken again is not overwritten")
    func taken() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await Self.delete(index, branch: "dev")
        try await index.branch("dev")
        await expectError(.alreadyExists, "branch already exists") { try await Self.undelete(index, branch: "dev") }
        try await Self.delete(index, branch: "dev")
        try await index.tag("dev")
        await expectError(.conflict, "conflict found") { try await Self.undelete(index, branch: "dev") }
    }

    @Test("The same call sent again brings it back once, even if it is gone meanwhile")
    func repeated() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await Self.delete(index, branch: "dev")
        let operation = OperationID()
        let first = try await Self.undelete(index, branch: "dev", operation: operation)
        #expect(try await Self.undelete(try index.second(), branch: "dev", operation: operation) == first)
        try await Self.delete(index, branch: "dev")
        #expect(try await Self.undelete(index, branch: "dev", operation: operation) == first)
        await expectError(.notFound) { try await index.head("dev") }
    }

    @Test("The log of one repository tells nothing of another")
    func repositories() async throws {
        let index = try await TestIndex.make()
        _ = try await index.create(try RepositoryName("other"))
        let page = try await index.catalog.listRefLog(
            ListRefLog.Request(repository: try RepositoryName("other")), index.context)
        #expect(page.results.count == 1)
    }
}
