import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct MergeTests {
    /// `main` with `a`, `b`, `c`, and `dev` from there.
    private static func diverge() async throws -> TestIndex {
        let index = try await TestIndex.make()
        for path in ["a", "b", "c"] { try await index.put(path, "0") }
        try await index.commit()
        try await index.branch("dev")
        return index
    }

    @Test("Takes what one side changed, and what both changed alike")
    func takesBoth() async throws {
        let index = try await Self.diverge()
        try await index.put("a", "dev", on: "dev")
        try await index.delete("b", on: "dev")
        try await index.put("same", "1", on: "dev")
        let source = try await index.commit("dev")
        try await index.put("c", "main")
        try await index.put("same", "1")
        let destination = try await index.commit()
        let merged = try await index.merge("dev")
        #expect(merged.parents == [destination.id, source.id])
        #expect(merged.generation == 4 && merged.message == "Merge 'dev' into 'main'")
        #expect(merged.metadata == [".lakefs.merge.strategy": "default"])
        #expect(try await index.list() == ["a=dev", "c=main", "same=1"])
        await expectError(.noChanges) { try await index.merge("dev") }
        #expect(try await index.merge("dev", allowsEmpty: true).metaRangeID == merged.metaRangeID)
    }

    @Test("Squashed, it has one parent")
    func squash() async throws {
        let index = try await Self.diverge()
        try await index.put("a", "dev", on: "dev")
        try await index.commit("dev")
        let head = try await index.head()
        let merged = try await index.merge("dev", squashes: true)
        #expect(merged.parents.map(\.string) == [head])
        #expect(try await index.get("a") == "dev")
    }

    @Test("What both sides changed in different ways is a conflict, settled by a strategy")
    func conflicts() async throws {
        let index = try await Self.diverge()
        try await index.put("a", "dev", on: "dev")
        try await index.delete("b", on: "dev")
        try await index.put("c", "dev", on: "dev")
        try await index.put("new", "dev", on: "dev")
        try await index.commit("dev")
        try await index.put("a", "main")
        try await index.put("b", "main")
        try await index.delete("c")
        try await index.commit()
        let head = try await index.head()
        await expectError(.conflict, "conflict found: 3 paths: 'a', 'b', 'c'") { try await index.merge("dev") }
        #expect(try await index.head() == head)
        #expect(try await index.diff("main", "dev", .threeDot) == ["!a", "!b", "!c", "+new"])
        try await index.branch("try")
        try await index.merge("dev", into: "try", strategy: .sourceWins)
        #expect(try await index.list("try") == ["a=dev", "c=dev", "new=dev"])
        let merged = try await index.merge("dev", strategy: .destinationWins)
        #expect(merged.metadata == [".lakefs.merge.strategy": "dest-wins"])
        #expect(try await index.list() == ["a=main", "b=main", "new=dev"])
    }

    @Test("Uncommitted changes of the destination refuse it; those of the source are ignored and kept")
    func dirty() async throws {
        let index = try await Self.diverge()
        try await index.put("a", "dev", on: "dev")
        try await index.commit("dev")
        try await index.put("x", "staged", on: "dev")
        try await index.put("y", "staged")
        await expectError(.dirtyBranch, "uncommitted changes (dirty branch)") { try await index.merge("dev") }
        try await index.delete("y")
        try await index.merge("dev")
        #expect(try await index.get("x") == nil)
        #expect(try await index.uncommitted("dev") == ["+x"])
    }

    @Test("A tombstone over nothing does not hide what a merge brings")
    func forgottenTombstone() async throws {
        let index = try await Self.diverge()
        try await index.put("new", "dev", on: "dev")
        try await index.commit("dev")
        try await index.delete("new")
        try await index.merge("dev")
        #expect(try await index.get("new") == "dev")
    }

    @Test("The base is the nearest common ancestor, also after a merge and across criss-crosses")
    func base() async throws {
        let index = try await Self.diverge()
        let fork = try await index.head()
        func base(_ source: String, _ destination: String) async throws -> String {
            try await index.catalog.findMergeBase(
                FindMergeBase.Request(
                    repository: index.repository, source: try RefExpression(source),
                    destination: try RefExpression(destination)), index.context
            ).base.string
        }
        try await index.put("a", "dev", on: "dev")
        let one = try await index.commit("dev")
        try await index.put("b", "main")
        try await index.commit()
        #expect(try await base("dev", "main") == fork)
        try await index.merge("dev")
        #expect(try await base("dev", "main") == one.id.string)
        try await index.put("a", "dev 2", on: "dev")
        try await index.commit("dev")
        try await index.put("c", "main 2")
        try await index.commit()
        #expect(try await index.diff("main", "dev", .threeDot) == ["~a"])
        try await index.merge("dev")
        #expect(try await index.list() == ["a=dev 2", "b=main", "c=main 2"])
        #expect(try await base("main", "main~3") == index.commit(of: "main~3").id.string)
    }

    @Test("The destination is a branch, the source any commit")
    func references() async throws {
        let index = try await Self.diverge()
        try await index.put("a", "dev", on: "dev")
        try await index.commit("dev")
        try await index.tag("v1", "dev")
        await expectError(.notFound, "branch not found") { try await index.merge("dev", into: "v1") }
        await expectError(.invalidArgument) { try await index.merge("dev$") }
        await expectError(.notFound) { try await index.merge("nothing") }
        try await index.merge("v1")
        #expect(try await index.get("a") == "dev")
    }

    @Test("Merges and commits that race on one branch all get on")
    func race() async throws {
        let index = try await Self.diverge()
        let other = try index.second()
        for number in 0..<6 {
            try await index.branch("dev-\(number)")
            try await index.put("file-\(number)", "\(number)", on: "dev-\(number)")
            try await index.commit("dev-\(number)")
        }
        let errors = await withTaskGroup(of: (any Error)?.self) { group in
            for number in 0..<6 {
                group.addTask {
                    do {
                        try await (number % 2 == 0 ? index : other).merge("dev-\(number)")
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: [any Error]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(errors.isEmpty, "\(errors)")
        #expect(try await index.list().count == 9)
    }
}
