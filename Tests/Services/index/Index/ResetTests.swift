import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ResetTests {
    /// Committed `a`, `d/1`, `d/2`; staged a change of each and some more, some of it folded.
    private static func staged(isFolded: Bool) async throws -> TestIndex {
        let index = try await TestIndex.make()
        for path in ["a", "d/1", "d/2"] { try await index.put(path, "0") }
        try await index.commit()
        try await index.put("a", "1")
        try await index.delete("d/1")
        if isFolded { try await index.fold() }
        try await index.put("d/3", "1")
        try await index.put("z", "1")
        return index
    }

    @Test("Brings back the committed state: of everything, of a path, of a prefix", arguments: [false, true])
    func scopes(_ isFolded: Bool) async throws {
        let index = try await Self.staged(isFolded: isFolded)
        #expect(try await index.uncommitted() == ["~a", "-d/1", "+d/3", "+z"])
        try await index.reset(.object("nothing"))
        try await index.reset(.object("a"))
        #expect(try await index.uncommitted() == ["-d/1", "+d/3", "+z"])
        #expect(try await index.get("a") == "0")
        try await index.reset(.prefix("d/"))
        #expect(try await index.uncommitted() == ["+z"])
        try await index.put("d/3", "2")
        try await index.reset(.object("z"))
        #expect(try await index.uncommitted() == ["+d/3"])
        try await index.reset(.all)
        #expect(try await index.uncommitted() == [])
        #expect(try await index.list() == ["a=0", "d/1=0", "d/2=0"])
        await expectError(.noChanges) { try await index.commit() }
        await expectError(.notFound, "branch not found") { try await index.reset(.all, "nothing") }
    }

    @Test("A reset sent again resets nothing that was staged since")
    func repeated() async throws {
        for scope in [ResetScope.all, .object("a"), .prefix("a")] {
            let index = try await TestIndex.make()
            let operation = OperationID()
            try await index.put("a", "1")
            try await index.reset(scope, operation: operation)
            try await index.put("a", "2")
            try await index.reset(scope, operation: operation)
            #expect(try await index.get("a") == "2")
        }
    }

    @Test("A hard reset moves the head and keeps what is staged", arguments: [false, true])
    func hardReset(_ isFolded: Bool) async throws {
        let index = try await TestIndex.make()
        for (path, content) in [("a", "0"), ("b", "0")] { try await index.put(path, content) }
        let first = try await index.commit()
        try await index.put("a", "1")
        try await index.put("later", "1")
        try await index.commit()
        // One change, one that is none, and a tombstone over nothing that is something at the target.
        try await index.put("b", "2")
        try await index.put("a", "1")
        try await index.delete("gone")
        if isFolded { try await index.fold() }
        func hardReset(_ reference: String) async throws {
            _ = try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName("main"),
                    reference: try RefExpression(reference)), index.context)
        }
        await expectError(.invalidArgument) { try await hardReset("main$") }
        await expectError(.notFound) { try await hardReset("nothing") }
        try await hardReset("main~1")
        #expect(try await index.head() == first.id.string)
        #expect(try await index.uncommitted() == ["~b"])
        #expect(try await index.list() == ["a=0", "b=2"])
        try await index.commit()
        #expect(try await index.log() == ["message", "message", "Repository created"])
    }
}
