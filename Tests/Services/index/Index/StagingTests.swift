import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct StagingTests {
    @Test("What is written is read and listed at once, also by another process, and a delete hides it")
    func writeAndRead() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        try await index.put("a", "1")
        try await other.put("b/c", "2")
        #expect(try await other.list() == ["a=1", "b/c=2"])
        #expect(try await index.get("b/c") == "2")
        try await other.delete("a", "nothing")
        #expect(try await index.get("a") == nil)
        #expect(try await index.list() == ["b/c=2"])
        try await index.commit()
        #expect(try await other.get("b/c") == "2")
        #expect(try await other.list("main@") == ["b/c=2"])
        #expect(try await other.uncommitted() == [])
    }

    @Test("An entry comes back as it was written")
    func roundTrip() async throws {
        let index = try await TestIndex.make()
        var entry = TestIndex.entry("0123456789abcdef0123456789abcdef")
        entry.contentType = "text/plain; charset=utf-8"
        entry.userMetadata = ["clé": "é", "empty": ""]
        entry.attributes = ["cache-control": "no-store"]
        for path in ["a", "//", "a/../b", " ", "\u{7F}", "ü", String(repeating: "x", count: 1_024)] {
            try await index.put(path, entry)
            #expect(try await index.entry(path) == entry)
        }
        let full = Entry(address: .full("s3://elsewhere/x"), size: 0, checksum: "", modified: -1)
        try await index.put("full", full)
        try await index.commit()
        #expect(try await index.entry("full") == full)
        #expect(try await index.entry("//") == entry)
    }

    @Test("Writing to what does not exist fails")
    func missing() async throws {
        let index = try await TestIndex.make()
        await expectError(.notFound, "branch not found") { try await index.put("a", "1", on: "nothing") }
        await expectError(.notFound, "branch not found") { try await index.delete("a", on: "nothing") }
        await expectError(.notFound, "repository not found") {
            try await index.catalog.getWriteTarget(
                GetWriteTarget.Request(repository: TestIndex.named("nothing"), branch: try BranchName("main")),
                index.context)
        }
    }

    @Test("At most 1,000 paths are deleted at once, and bad ones are told one by one")
    func deleteMany() async throws {
        let index = try await TestIndex.make()
        for number in 0..<3 { try await index.put("\(number)", "x") }
        let paths = ["0", "2", "", String(repeating: "x", count: 1_025), "0"]
        let outcome = try await index.catalog.deleteObjects(
            DeleteObjects.Request(repository: index.repository, branch: try BranchName("main"), paths: paths),
            index.context)
        #expect(outcome.errors.map(\.path) == [paths[2], paths[3]])
        #expect(outcome.errors.allSatisfy { $0.code == "invalidArgument" })
        #expect(try await index.list() == ["1=x"])
        await expectError(.invalidArgument) {
            try await index.catalog.deleteObjects(
                DeleteObjects.Request(
                    repository: index.repository, branch: try BranchName("main"),
                    paths: (0...1_000).map { "\($0)" }), index.context)
        }
    }

    @Test(
        "A write sent again is carried out once, wherever its row went meanwhile",
        arguments: ["nothing", "newer write", "seal", "commit", "newer write and commit", "fold", "reset", "delete"])
    func repeatedWrite(_ meanwhile: String) async throws {
        let index = try await TestIndex.make()
        let operation = OperationID()
        try await index.put("a", "1", operation: operation)
        var expected: String? = "1"
        switch meanwhile {
        case "newer write":
            try await index.put("a", "2")
            expected = "2"
        case "seal":
            let state = try #require(
                try await index.catalog.branchState(
                    index.repository, try BranchName("main"), OperationID(), .max, .now + .seconds(10)))
            _ = try await index.catalog.seal(state, .now + .seconds(10))
        case "commit": try await index.commit()
        case "newer write and commit":
            try await index.put("a", "2")
            try await index.commit()
            expected = "2"
        case "fold": try await index.fold()
        case "reset":
            try await index.reset(.all)
            expected = nil
        case "delete":
            try await index.delete("a")
            expected = nil
        default: break
        }
        let uncommitted = try await index.uncommitted()
        let other = try index.second()
        try await other.put("a", "1", operation: operation)
        #expect(try await index.get("a") == expected)
        #expect(try await index.uncommitted() == uncommitted)
    }

    @Test("Deletes sent again are carried out once")
    func repeatedDelete() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let operation = OperationID()
        try await index.delete("a", "b", operation: operation)
        try await index.put("a", "2")
        try await index.delete("a", "b", operation: operation)
        #expect(try await index.get("a") == "2")
    }

    @Test("A tombstone over nothing, and content uploaded again, are no changes")
    func noChanges() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        for isFolded in [false, true] {
            try await index.put("a", "1")
            try await index.put("b", "2")
            try await index.delete("b", "c")
            if isFolded { try await index.fold() }
            #expect(try await index.uncommitted() == [])
            await expectError(.noChanges, "no changes") { try await index.commit() }
        }
    }

    @Test("Rows of a token stay in place for calls under way, and go when none can be left")
    func sweep() async throws {
        var limits = TestIndex.quiet
        limits.longestRequest = .milliseconds(200)
        limits.retirementMargin = .milliseconds(200)
        limits.sweepRows = 7
        let index = try await TestIndex.make()
        let swept = try index.second(limits: limits)
        for number in 0..<20 { try await index.put("\(number)", "x") }
        try await index.commit()
        #expect(try await index.count("staged") == 20)
        let upkeep = Upkeep(swept.catalog)
        try await upkeep.sweepRetired()
        try await Task.sleep(for: .milliseconds(500))
        try await index.put("more", "x")
        try await upkeep.sweepRetired()
        #expect(try await index.count("staged") == 1)
        #expect(try await index.count("token") == 1)
        #expect(try await index.list().count == 21)
    }

    @Test("What deleted repositories and branches held is cleared away")
    func sweepDeleted() async throws {
        var limits = TestIndex.quiet
        limits.longestRequest = .milliseconds(100)
        limits.retirementMargin = .zero
        limits.sweepRows = 3
        let index = try await TestIndex.make()
        let swept = try index.second(limits: limits)
        _ = try await index.create(TestIndex.named("other"))
        for number in 0..<10 { try await index.put("\(number)", "x") }
        try await index.commit()
        try await index.put("a", "1")
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: index.repository), index.context)
        try await Task.sleep(for: .milliseconds(200))
        try await Upkeep(swept.catalog).sweepRepositories()
        for table in ["staged", "node", "operation"] { #expect(try await index.count(table) == 0, "\(table)") }
        for table in ["ref", "token", "commit", "job", "repository"] {
            #expect(try await index.count(table) == 1, "\(table)")
        }
    }

    @Test("Of two processes one does the upkeep, and the other takes over when its lease ends")
    func upkeepLease() async throws {
        let index = try await TestIndex.make()
        let first = Upkeep(index.catalog)
        let second = Upkeep(try index.second().catalog)
        async let one: Void = first.round()
        async let two: Void = second.round()
        _ = await (one, two)
        #expect(try await index.count("lease") == 1)
        await first.stop()
        await second.stop()
        #expect(try await index.count("lease") == 0)
    }
}
