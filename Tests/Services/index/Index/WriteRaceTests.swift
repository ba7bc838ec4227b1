import Database
import Domain
import Testing
import Wire

@testable import Index

/// Writes that are under way while something happens to their branch: each rule of the write protocol at the very moment.
@Suite(.serialized) struct WriteRaceTests {
    @Test("A commit takes a write under way, and what is written while it waits for that stays staged")
    func commit() async throws {
        let index = try await TestIndex.make()
        try await index.put("b", "1")
        let commit = try await index.raceWrite("a", "1", against: { try await index.commit() }) { _ in
            try await index.put("c", "1")
            try await index.put("b", "2")
        }
        #expect(try await index.contents(commit.id.string) == ["a": "1", "b": "1"])
        #expect(try await index.uncommitted() == ["~b", "+c"])
        #expect(try await index.contents() == ["a": "1", "b": "2", "c": "1"])
    }

    @Test("A fold takes a write under way, and newer ones stay above it")
    func fold() async throws {
        let index = try await TestIndex.make()
        try await index.put("b", "1")
        try await index.raceWrite("a", "1", against: { try await index.fold() }) { _ in
            try await index.put("b", "2")
            try await index.delete("c")
        }
        #expect(try await index.contents() == ["a": "1", "b": "2"])
        #expect(try await index.state().workingRoot != nil)
        try await index.commit()
        #expect(try await index.contents("main@") == ["a": "1", "b": "2"])
        #expect(try await index.uncommitted() == [])
    }

    @Test("A merge that finds a write under way in what it sealed refuses the branch as dirty, and the write stays")
    func merge() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("d", "1", on: "dev")
        try await index.commit("dev")
        // Something to seal that is no change.
        try await index.delete("nothing")
        await expectError(RPCError.dirtyBranch.code) {
            try await index.raceWrite("a", "1", against: { try await index.merge("dev") })
        }
        #expect(try await index.contents() == ["a": "1"])
        try await index.commit()
        try await index.merge("dev")
        #expect(try await index.contents("main@") == ["a": "1", "d": "1"])
    }

    @Test("A reset counts a write under way as written before it, and what is written behind it stays")
    func reset() async throws {
        let index = try await TestIndex.make()
        try await index.put("b", "1")
        try await index.raceWrite("a", "1", against: { try await index.reset(.all) }) { _ in
            try await index.put("c", "1")
        }
        #expect(try await index.contents() == ["c": "1"])
    }

    @Test("A write that finds its token closed goes into the next one")
    func closedToken() async throws {
        let index = try await TestIndex.make()
        let old = try await index.state().tokens[0]
        let new = UUIDBytes.random()
        // Both steps of a seal, not yet to be seen: the write reads the old token and has to wait for its row.
        try await index.race(
            { transaction in
                _ = try await transaction.pipeline([
                    Call(
                        .write(
                            """
                            INSERT INTO token (repository, token, branch, name, state)
                            SELECT repository, $1, id, name, 1 FROM ref
                            """), [.uuid(new)]),
                    Call(
                        .write("UPDATE ref SET tokens = ARRAY[$1::uuid] || tokens, version = version + 1"), [.uuid(new)]
                    ),
                    Call(.write("UPDATE token SET state = 2 WHERE token = $1"), [.uuid(old)]),
                ])
            }, against: { try await index.put("a", "1") })
        let rows = try await index.sql("SELECT token FROM staged")
        #expect(try rows.map { try $0.uuid(0) } == [new])
        #expect(try await index.get("a") == "1")
    }

    @Test("A write under way on a branch that is deleted is not seen on one made again, and is cleared away")
    func deletedBranch() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        _ = try await index.raceWrite(
            "a", "1", on: "dev",
            against: {
                try await index.catalog.deleteBranch(
                    DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
            })
        await expectError(.notFound, "branch not found") { try await index.put("b", "1", on: "dev") }
        try await index.branch("dev")
        #expect(try await index.contents("dev") == [:])
        #expect(try await index.uncommitted("dev") == [])
        try await index.put("b", "1", on: "dev")
        try await index.sql("UPDATE token SET since = now() - interval '1 hour'")
        try await Upkeep(index.catalog).sweepRetired()
        #expect(try await index.count("staged") == 1)
        #expect(try await index.contents("dev") == ["b": "1"])
    }

    @Test("A write that waits for a branch's deletion is refused", arguments: [WriteCondition.none, .ifAbsent])
    func deletion(_ condition: WriteCondition) async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        await expectError(.notFound, "branch not found") {
            try await index.race(
                { transaction in
                    _ = try await transaction.pipeline([
                        Call(.write("UPDATE token SET state = 3 WHERE name = 'dev'")),
                        Call(.write("DELETE FROM ref WHERE name = 'dev'")),
                    ])
                }, against: { try await index.put("a", "1", on: "dev", if: condition) })
        }
        #expect(try await index.count("staged") == 0)
    }

    @Test("A conditional write waits for one under way at its key in the open token")
    func conditionalOnOpen() async throws {
        let index = try await TestIndex.make()
        await expectError(.preconditionFailed) {
            try await index.raceWrite("a", "1", against: { try await index.put("a", "2", if: .ifAbsent) })
        }
        #expect(try await index.contents() == ["a": "1"])
    }

    @Test("A conditional write waits for one under way at its key in a token that is being closed")
    func conditionalOnClosing() async throws {
        let index = try await TestIndex.make()
        try await index.put("other", "1")
        let commit = try await index.raceWrite(
            "a", "1",
            against: {
                async let commit = index.commit()
                try await index.untilWaiting()
                await expectError(.preconditionFailed) { try await index.put("a", "2", if: .ifAbsent) }
                return try await commit
            }, meanwhile: { _ in try await index.untilWaiting(2) })
        #expect(try await index.contents(commit.id.string) == ["a": "1", "other": "1"])
        #expect(try await index.uncommitted() == [])
    }

    @Test("A branch does not move while a conditional write is under way", arguments: ["commit", "merge"])
    func conditionalUnderWay(_ rival: String) async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("a", "2", on: "dev")
        try await index.commit("dev")
        if rival == "commit" { try await index.put("other", "1") }
        let write = try index.write("a", "1")
        let point = try #require(try await index.catalog.readPoint(write, .now + .seconds(10)))
        let commit = try await index.race(
            { transaction in
                let rows = try await transaction.run(ConditionalWrite.insert, write.parameters + point.guards)
                #expect(rows.affected == 1)
            }, against: { try await rival == "commit" ? index.commit() : index.merge("dev") })
        // The merge comes behind the write and below it, as if the write's transaction had been a moment later.
        #expect(
            try await index.contents(commit.id.string) == (rival == "commit" ? ["a": "1", "other": "1"] : ["a": "2"]))
        #expect(try await index.get("a") == "1")
    }

    @Test(
        "Whatever happens between a condition's evaluation and its write has it evaluated again",
        arguments: ["nothing", "write", "tombstone", "seal", "commit", "fold", "reset", "other branch"])
    func conditionPassed(_ meanwhile: String) async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("other", "1", on: "dev")
        let write = try index.write("a", "1", on: "dev")
        let point = try #require(try await index.catalog.readPoint(write, .now + .seconds(10)))
        switch meanwhile {
        case "write": try await index.put("a", "2", on: "dev")
        case "tombstone": try await index.delete("a", on: "dev")
        case "seal": try await index.seal("dev")
        case "commit": try await index.commit("dev")
        case "fold": try await index.fold("dev")
        case "reset": try await index.reset(.all, "dev")
        case "other branch":
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
            // At the same version.
            try await index.branch("dev")
        default: break
        }
        let rows = try await index.catalog.database.exclusive(
            ConditionalWrite.insert, write.parameters + point.guards, deadline: .now + .seconds(10))
        #expect(rows.affected == (meanwhile == "nothing" ? 1 : 0))
    }
}
