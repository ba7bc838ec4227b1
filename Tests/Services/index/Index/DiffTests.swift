import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct DiffTests {
    private static func index() async throws -> TestIndex {
        let index = try await TestIndex.make()
        for path in ["a", "d/1", "d/2", "d/x/1", "e/1"] { try await index.put(path, "0") }
        try await index.commit()
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        try await index.delete("d/1", on: "dev")
        try await index.put("d/x/2", "1", on: "dev")
        try await index.put("e/1", "0", on: "dev")
        try await index.put("f", "1", on: "dev")
        return index
    }

    @Test("Uncommitted changes, by prefix, folded, page by page", arguments: [false, true])
    func uncommitted(_ isFolded: Bool) async throws {
        let index = try await Self.index()
        if isFolded { try await index.fold("dev") }
        for amount in [1, 2, 1_000] {
            #expect(try await index.uncommitted("dev", amount: amount) == ["~a", "-d/1", "+d/x/2", "+f"])
            #expect(try await index.uncommitted("dev", delimiter: "/", amount: amount) == ["~a", "*d/", "+f"])
            #expect(
                try await index.uncommitted("dev", prefix: "d/", delimiter: "/", amount: amount) == ["-d/1", "*d/x/"])
            #expect(try await index.diff("main", "dev$", amount: amount) == ["~a", "-d/1", "+d/x/2", "+f"])
        }
        #expect(try await index.uncommitted() == [])
        #expect(try await index.diff("main", "dev") == [])
        await expectError(.notFound, "branch not found") { try await index.uncommitted("nothing") }
    }

    @Test("Two-dot compares trees, three-dot what the right changed since the base")
    func dots() async throws {
        let index = try await Self.index()
        try await index.commit("dev")
        try await index.put("d/2", "main")
        try await index.put("f", "1")
        try await index.put("d/1", "main")
        try await index.commit()
        for amount in [1, 2, 1_000] {
            #expect(
                try await index.diff("main", "dev", amount: amount) == ["~a", "-d/1", "~d/2", "+d/x/2"])
            #expect(try await index.diff("main", "dev", .threeDot, amount: amount) == ["~a", "!d/1", "+d/x/2"])
            #expect(
                try await index.diff("main", "dev", .threeDot, delimiter: "/", amount: amount) == ["~a", "*d/"])
            #expect(try await index.diff("main", "dev", prefix: "d/", amount: amount) == ["-d/1", "~d/2", "+d/x/2"])
        }
        #expect(try await index.diff("dev", "main") == ["~a", "+d/1", "~d/2", "-d/x/2"])
        await expectError(.invalidArgument) { try await index.diff("main$", "dev") }
        await expectError(.invalidArgument) { try await index.diff("main", "dev$", .threeDot) }
        await expectError(.notFound) { try await index.diff("main", "nothing") }
    }

    @Test("Rows tell the size of the right side, of the left where it is gone, and the right entry on demand")
    func sizes() async throws {
        let index = try await TestIndex.make()
        try await index.put("gone", "12345")
        try await index.put("kept", "1")
        try await index.commit()
        try await index.branch("dev")
        try await index.delete("gone", on: "dev")
        try await index.put("kept", "123", on: "dev")
        try await index.commit("dev")
        let page = try await index.catalog.diffRefs(
            DiffRefs.Request(
                repository: index.repository, left: try RefExpression("main"), right: try RefExpression("dev"),
                range: ListRange(), includesRight: true), index.context)
        #expect(page.results.map(\.size) == [5, 3])
        #expect(page.results.map { $0.right?.checksum } == [nil, "123"])
    }
}
