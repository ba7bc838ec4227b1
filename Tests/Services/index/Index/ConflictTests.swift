import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ConflictTests {
    /// `main` and `dev` disagree on `a` (both changed), `b` (deleted in dev), `c` (deleted in main) and `n` (both added).
    private static func diverge() async throws -> TestIndex {
        let index = try await TestIndex.make()
        for path in ["a", "b", "c", "same"] { try await index.put(path, "0") }
        try await index.commit()
        try await index.branch("dev")
        for path in ["a", "c", "n", "new"] { try await index.put(path, "dev", on: "dev") }
        try await index.put("same", "1", on: "dev")
        try await index.delete("b", on: "dev")
        try await index.commit("dev")
        for path in ["a", "b", "n", "other"] { try await index.put(path, "main") }
        try await index.put("same", "1")
        try await index.delete("c")
        try await index.commit()
        return index
    }

    @Test("Conflicts are listed with their three versions, page by page, and nothing else is")
    func list() async throws {
        let index = try await Self.diverge()
        let expected = ["a 0 dev main", "b 0 - main", "c 0 dev -", "n - dev main"]
        for amount in [1, 2, 3, 4, 1_000] {
            #expect(try await index.conflicts("dev", amount: amount) == expected)
        }
        #expect(try await index.conflicts("dev", prefix: "n") == ["n - dev main"])
        #expect(try await index.conflicts("dev", prefix: "x") == [])
        #expect(
            try await index.conflicts("main", into: "dev")
                == ["a 0 main dev", "b 0 main -", "c 0 - dev", "n - main dev"])
        #expect(try await index.conflicts("dev~1") == [])
        #expect(try await index.conflicts("main", into: "main") == [])
        let page = try await index.catalog.listConflicts(
            ListConflicts.Request(
                repository: index.repository, source: try RefExpression("dev"), destination: try RefExpression("main"),
                range: ListRange()), index.context)
        #expect(page.base == (try await index.commit(of: "main~1").id))
        #expect(page.source == (try await index.commit(of: "dev").id))
        #expect(page.destination == (try await index.commit(of: "main").id))
        #expect(page.storageNamespace.string == "local://repo-one")
    }

    @Test("Staged changes are no part of conflicts; names must be there")
    func committedOnly() async throws {
        let index = try await Self.diverge()
        try await index.put("new", "staged")
        #expect(try await index.conflicts("dev").count == 4)
        await expectError(.invalidArgument) { try await index.conflicts("dev$") }
        await expectError(.notFound) { try await index.conflicts("nothing") }
        await expectError(.notFound) { try await index.conflicts("dev", into: "nothing") }
        await expectError(.invalidArgument) { try await index.conflicts("dev", amount: 1_001) }
    }

    @Test("A merge takes for each path what its resolution says")
    func resolved() async throws {
        let index = try await Self.diverge()
        let commit = try await index.merge(
            "dev",
            resolutions: [("a", .source), ("b", .source), ("c", .destination), ("n", .delete), ("other", .delete)])
        // `other` is in no conflict, so its resolution has no effect.
        #expect(try await index.list() == ["a=dev", "new=dev", "other=main", "same=1"])
        #expect(commit.parents.count == 2 && commit.metadata == [".lakefs.merge.strategy": "default"])
        #expect(try await index.conflicts("dev") == [])
    }

    @Test("What no resolution settles is left to the strategy, or stays a conflict")
    func rest() async throws {
        let index = try await Self.diverge()
        await expectError(.conflict, "conflict found: 2 paths: 'b', 'n'") {
            try await index.merge("dev", resolutions: [("a", .delete), ("c", .delete)])
        }
        try await index.branch("try")
        try await index.merge("dev", into: "try", strategy: .sourceWins, resolutions: [("n", .destination)])
        #expect(try await index.list("try") == ["a=dev", "c=dev", "n=main", "new=dev", "other=main", "same=1"])
        try await index.merge("dev", strategy: .destinationWins, resolutions: [("a", .delete), ("c", .source)])
        #expect(try await index.list() == ["b=main", "c=dev", "n=main", "new=dev", "other=main", "same=1"])
    }

    @Test("Texts that read alike are different paths")
    func bytes() async throws {
        let index = try await TestIndex.make()
        // The same letter as one character, and as a letter with an accent.
        let (one, two) = ("caf\u{E9}", "cafe\u{301}")
        try await index.branch("dev")
        for path in [one, two] {
            try await index.put(path, "dev", on: "dev")
            try await index.put(path, "main")
        }
        try await index.commit("dev")
        try await index.commit()
        try await index.merge("dev", resolutions: [(one, .source), (two, .destination)])
        #expect(try await index.get(one) == "dev")
        #expect(try await index.get(two) == "main")
    }

    @Test("A path resolved twice is refused, and so are too many")
    func refused() async throws {
        let index = try await Self.diverge()
        await expectError(.invalidArgument, "'a' is resolved twice") {
            try await index.merge("dev", resolutions: [("a", .source), ("a", .delete)])
        }
        await expectError(.invalidArgument, "at most 10000") {
            try await index.merge("dev", resolutions: (0...10_000).map { ("\($0)", .source) })
        }
    }

    @Test("A merge that names the destination's head is refused once that has moved")
    func expectedHead() async throws {
        let index = try await Self.diverge()
        let seen = try await index.commit(of: "main").id
        try await index.put("a", "later")
        let head = try await index.commit().id
        await expectError(.preconditionFailed) {
            try await index.merge("dev", strategy: .sourceWins, ifDestination: seen)
        }
        #expect(try await index.head() == head.string)
        try await index.merge("dev", strategy: .sourceWins, ifDestination: head)
        #expect(try await index.get("a") == "dev")
    }

    @Test("Many conflicts among many changes are found by any page")
    func many() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        let paths = (0..<700).map { "p/\(1_000 + $0)" }
        for (number, path) in paths.enumerated() {
            try await index.put(path, "dev", on: "dev")
            if number % 7 == 0 { try await index.put(path, "main") }
        }
        try await index.commit("dev")
        try await index.commit()
        let expected = paths.enumerated().filter { $0.offset % 7 == 0 }.map { "\($0.element) - dev main" }
        #expect(try await index.conflicts("dev", amount: 33) == expected)
        #expect(try await index.conflicts("dev") == expected)
    }
}
