import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ReferenceTests {
    @Test("A branch begins at a reference's commit, without what is staged there")
    func create() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let commit = try await index.commit()
        try await index.put("b", "2")
        let branch = try await index.branch("dev")
        #expect(branch.commitID == commit.id)
        #expect(try await index.list("dev") == ["a=1"])
        await expectError(.invalidArgument) { try await index.branch("bad", from: "main$") }
        await expectError(.notFound) { try await index.branch("bad", from: "nothing") }
    }

    @Test("A name is a branch's or a tag's, and no commit's")
    func clashes() async throws {
        let index = try await TestIndex.make()
        let commit = try await index.head()
        try await index.branch("dev")
        try await index.tag("v1")
        await expectError(.alreadyExists, "branch already exists") { try await index.branch("dev") }
        await expectError(.alreadyExists, "tag already exists") { try await index.tag("v1") }
        await expectError(.conflict, "conflict found") { try await index.branch("v1") }
        await expectError(.conflict, "conflict found") { try await index.tag("dev") }
        await expectError(.conflict, "conflict found") { try await index.branch(commit) }
        await expectError(.conflict, "conflict found") { try await index.tag(commit) }
    }

    @Test("The default branch stays, others go with what is staged on them")
    func delete() async throws {
        let index = try await TestIndex.make()
        func delete(_ name: String, operation: OperationID = OperationID()) async throws {
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(
                    repository: index.repository, branch: try BranchName(name), operationID: operation), index.context)
        }
        await expectError(.forbidden, "cannot delete repository default branch") { try await delete("main") }
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        let operation = OperationID()
        try await delete("dev", operation: operation)
        await expectError(.notFound, "branch not found") { try await delete("dev") }
        await expectError(.notFound, "branch not found") { try await index.put("a", "1", on: "dev") }
        try await index.branch("dev")
        #expect(try await index.list("dev") == [])
        try await delete("dev", operation: operation)
        #expect(try await index.head("dev") == index.head())
        try await index.tag("v1")
        await expectError(.notFound) { try await delete("v1") }
    }

    @Test("The same call sent again makes one branch, even if that is gone meanwhile")
    func repeated() async throws {
        let index = try await TestIndex.make()
        let request = CreateBranch.Request(
            repository: index.repository, name: try BranchName("dev"), source: try RefExpression("main"))
        let first = try await index.catalog.createBranch(request, index.context)
        try await index.put("a", "1")
        try await index.commit()
        #expect(try await index.catalog.createBranch(request, index.context) == first)
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: request.name), index.context)
        #expect(try await index.catalog.createBranch(request, index.context) == first)
        await expectError(.notFound) { try await index.head("dev") }
    }

    @Test("The same call sent again is answered the same when its source is gone, or stands elsewhere")
    func againWithoutSource() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        let (main, before) = (try await index.head(), try await index.commit(of: "main~1").id.string)
        for source in ["side", "side~1"] {
            try await index.branch("side")
            let (branch, tag) = (OperationID(), OperationID())
            func make() async throws -> [String] {
                let tag = try await index.catalog.createTag(
                    CreateTag.Request(
                        repository: index.repository, name: try TagName("tag"), reference: try RefExpression(source),
                        operationID: tag), index.context)
                return [
                    try await index.branch("dev", from: source, operation: branch).commitID.string, tag.commitID.string,
                ]
            }
            let made = try await make()
            #expect(made == Array(repeating: source == "side" ? main : before, count: 2))
            _ = try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName("side"), reference: try RefExpression("main~1")
                ),
                index.context)
            #expect(try await make() == made)
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(repository: index.repository, branch: try BranchName("side")), index.context)
            #expect(try await make() == made)
            await expectError(.notFound) { try await index.branch("other", from: source) }
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
            _ = try await index.catalog.deleteTag(
                DeleteTag.Request(repository: index.repository, tag: try TagName("tag")), index.context)
        }
    }

    @Test("Hidden branches are listed on demand and found by name always")
    func hidden() async throws {
        let index = try await TestIndex.make()
        for name in ["b", "a", "Z", "_x"] { try await index.branch(name, isHidden: name == "a") }
        func names(_ range: ListRange = ListRange(), showsHidden: Bool = false) async throws -> [String] {
            let page = try await index.catalog.listBranches(
                ListBranches.Request(repository: index.repository, range: range, showsHidden: showsHidden),
                index.context)
            return page.results.map(\.name.string) + (page.hasMore ? ["…"] : [])
        }
        #expect(try await names() == ["Z", "_x", "b", "main"])
        #expect(try await names(showsHidden: true) == ["Z", "_x", "a", "b", "main"])
        #expect(try await names(ListRange(after: "_x", amount: 1)) == ["b", "…"])
        #expect(try await names(ListRange(prefix: "ma")) == ["main"])
        #expect(try await index.head("a") == index.head())
    }

    @Test("Tags are made, listed, found and deleted, and never move")
    func tags() async throws {
        let index = try await TestIndex.make()
        let first = try await index.head()
        for name in ["v2", "v1", "ünder~1"] { try await index.tag(name) }
        try await index.put("a", "1")
        try await index.commit()
        let page = try await index.catalog.listTags(
            ListTags.Request(repository: index.repository, range: ListRange()), index.context)
        #expect(page.results.map(\.name.string) == ["v1", "v2", "ünder~1"])
        #expect(page.results.allSatisfy { $0.commitID.string == first })
        await expectError(.notFound, "branch not found") { try await index.put("a", "2", on: "v1") }
        let deletion = DeleteTag.Request(repository: index.repository, tag: try TagName("v1"))
        _ = try await index.catalog.deleteTag(deletion, index.context)
        _ = try await index.catalog.deleteTag(deletion, index.context)
        await expectError(.notFound, "tag not found") {
            try await index.catalog.getTag(
                GetTag.Request(repository: index.repository, tag: try TagName("v1")), index.context)
        }
        await expectError(.invalidArgument) { try await index.tag("v3", "main$") }
    }

    @Test(
        "Expressions go back along parents; a base is a commit, a branch, a tag or a unique beginning of a commit's id")
    func expressions() async throws {
        let index = try await TestIndex.make()
        let root = try await index.head()
        try await index.put("a", "1")
        let one = try await index.commit()
        try await index.branch("dev")
        try await index.put("b", "2", on: "dev")
        let two = try await index.commit("dev")
        try await index.put("c", "3")
        let three = try await index.commit()
        let merged = try await index.merge("dev")
        try await index.tag("v1", "dev")

        func id(_ expression: String) async throws -> String { try await index.commit(of: expression).id.string }
        let expected = [
            "main": merged.id.string, "main@": merged.id.string, "main~": three.id.string, "main~1": three.id.string,
            "main^": three.id.string, "main^1": three.id.string, "main^2": two.id.string, "main^0": merged.id.string,
            "main~0": merged.id.string, "main~2": one.id.string, "main^2~1": one.id.string, "main~3": root,
            "main^2^1~1": root, "v1": two.id.string, "v1~": one.id.string, one.id.string: one.id.string,
            one.id.string + "~": root, String(one.id.string.prefix(20)): one.id.string,
            String(one.id.string.prefix(21)) + "^": root,
        ]
        for (expression, commit) in expected { #expect(try await id(expression) == commit, "\(expression)") }
        for expression in ["main~4", "nothing", String(repeating: "0", count: 64), "ffffffffffffffffffff"] {
            await expectError(.notFound) { try await id(expression) }
        }
        for expression in ["main^3", "main$", "v1@", "v1$", one.id.string + "@"] {
            await expectError(.invalidArgument) { try await id(expression) }
        }
        // Of 17 commits two begin with the same digit.
        for number in 0..<16 { try await index.commit("main", "\(number)", allowsEmpty: true) }
        var ambiguous = false
        for digit in "0123456789abcdef" where (try? await id(String(digit))) == nil { ambiguous = true }
        #expect(ambiguous)
    }

    @Test("A plain branch and `$` show what is staged, `@`, tags and commits do not")
    func views() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let commit = try await index.commit()
        try await index.tag("v1")
        try await index.put("a", "2")
        for reference in ["main", "main$"] {
            #expect(try await index.get("a", at: reference) == "2")
            #expect(try await index.list(reference) == ["a=2"])
        }
        for reference in ["main@", "v1", commit.id.string, String(commit.id.string.prefix(16)), "main~0"] {
            #expect(try await index.get("a", at: reference) == "1", "\(reference)")
            #expect(try await index.list(reference) == ["a=1"], "\(reference)")
        }
        await expectError(.invalidArgument) { try await index.get("a", at: "v1$") }
        await expectError(.notFound) { try await index.get("a", at: "nothing") }
    }
}
