import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct UpkeepTests {
    private static func run(_ index: TestIndex, _ sql: String) async throws -> Rows {
        try await index.catalog.database.exclusive(.write(sql), deadline: .now + .seconds(10))
    }

    @Test("What is staged enough of is folded by itself, and looks the same before and after")
    func foldsByItself() async throws {
        var limits = TestIndex.quiet
        limits.foldRows = 30
        let index = try await TestIndex.make(limits: limits)
        var expected: [String: String] = [:]
        for number in 0..<100 {
            try await index.put("\(number % 40)", "\(number)")
            expected["\(number % 40)"] = "\(number)"
            if number % 10 == 0 {
                try await index.delete("\(number % 40)")
                expected["\(number % 40)"] = nil
            }
        }
        let end = ContinuousClock.now + .seconds(10)
        while try await Self.run(index, "SELECT 1 FROM ref WHERE working_root IS NOT NULL").isEmpty, .now < end {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await !Self.run(index, "SELECT 1 FROM ref WHERE working_root IS NOT NULL").isEmpty)
        #expect(try await index.contents() == expected)
        #expect(try await index.uncommitted() == ModelPage().diff([:], expected).0)
        try await index.commit()
        #expect(try await index.contents("main@") == expected)
    }

    @Test("Rows that no process counts any more are folded by the upkeep")
    func foldsForgotten() async throws {
        var limits = TestIndex.quiet
        limits.foldRows = 20
        let index = try await TestIndex.make()
        try await index.branch("few")
        for number in 0..<25 { try await index.put("\(number)", "x") }
        for number in 0..<5 { try await index.put("\(number)", "x", on: "few") }
        try await Upkeep(try index.second(limits: limits).catalog).foldForgotten()
        let folded = try await Self.run(index, "SELECT name FROM ref WHERE working_root IS NOT NULL")
        #expect(try folded.map { try $0.bytes(0) } == [Array("main".utf8)])
        #expect(try await index.list().count == 25)
    }

    @Test("Tokens that no branch names are retired; those in use are not")
    func orphans() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        // As if a process had ended between the two steps of a reset.
        _ = try await Self.run(
            index,
            """
            INSERT INTO token (repository, token, branch, name, state)
            SELECT repository, gen_random_uuid(), id, name, 1 FROM ref
            """)
        _ = try await Self.run(index, "UPDATE token SET since = now() - interval '1 hour'")
        try await Upkeep(index.catalog).retireOrphans()
        let retired = try await Self.run(index, "SELECT 1 FROM token WHERE state = 3")
        #expect(retired.count == 1)
        #expect(try await index.get("a") == "1")
        try await index.put("a", "2")
        #expect(try await index.get("a") == "2")
    }

    @Test("A commit whose process folded content that the head has keeps the head's entry")
    func inexactFold() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.put("b", "1")
        try await index.commit()
        let first = try await index.entry("a")
        try await index.put("a", "1")
        let again = try await index.entry("a")
        try await index.fold()
        #expect(try await index.entry("a") == again && again != first)
        #expect(try await index.uncommitted() == [])
        try await index.put("b", "2")
        try await index.fold()
        try await index.commit()
        #expect(try await index.entry("a") == first)
        #expect(try await index.diff("main~1", "main") == ["~b"])
    }

    @Test("A damaged node is told as such and never served")
    func damage() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        _ = try await Self.run(index, "UPDATE node SET bytes = set_byte(bytes, 12, (get_byte(bytes, 12) + 1) % 256)")
        let other = try index.second()
        do {
            _ = try await other.get("a")
            Issue.record("a damaged node was served")
        } catch {
            #expect(RPCError(cause: error)?.code == .corrupted, "\(error)")
        }
    }

    @Test("Every move of a branch is in the ref log, with who did it and from where to where")
    func refLog() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        try await index.commit("dev")
        try await index.merge("dev")
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        let rows = try await Self.run(
            index,
            """
            SELECT convert_from(name, 'UTF8'), action, actor, old_head IS NULL, new_head IS NULL FROM ref_log ORDER BY id
            """)
        let log = try rows.map { row in
            "\(try row.text(0)) \(try row.text(1)) \(try row.text(2)) \(try row.bool(3)) \(try row.bool(4))"
        }
        #expect(
            log == [
                "main create repository alice true false", "dev create branch alice true false",
                "dev commit alice false false", "main merge alice false false", "dev delete branch alice false true",
            ])
    }
}
