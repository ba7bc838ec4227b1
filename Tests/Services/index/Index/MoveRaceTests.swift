import Database
import Domain
import Testing
import Wire

@testable import Index

/// Operations on a branch that are overtaken between their reading of it and their compare-and-set.
@Suite(.serialized) struct MoveRaceTests {
    enum Operation: String, CaseIterable, Sendable {
        case commit, fold, merge, cherryPick, revert, resetPath, resetAll, hardReset

        /// Merges and their like want a clean branch; the others have something to do on a staged one.
        var wantsClean: Bool { [.merge, .cherryPick, .revert].contains(self) }

        func run(_ index: TestIndex, _ id: OperationID = OperationID()) async throws {
            let (repository, main) = (index.repository, try BranchName("main"))
            switch self {
            case .commit: try await index.commit("main", "own", operation: id)
            case .fold: try await index.fold()
            case .merge: try await index.merge("dev")
            case .cherryPick:
                _ = try await index.catalog.cherryPick(
                    CherryPick.Request(repository: repository, branch: main, reference: try RefExpression("dev")),
                    index.context)
            case .revert:
                _ = try await index.catalog.revertCommit(
                    RevertCommit.Request(
                        repository: repository, branch: main, reference: try RefExpression("first"), parentNumber: 0),
                    index.context)
            case .resetPath: try await index.reset(.object("a"), operation: id)
            case .resetAll: try await index.reset(.all, operation: id)
            case .hardReset:
                _ = try await index.catalog.hardResetBranch(
                    HardResetBranch.Request(
                        repository: repository, branch: main, reference: try RefExpression("dev"), operationID: id),
                    index.context)
            }
        }

        /// What `main` shows when a rival that added `rival` came first.
        var expected: [String: String] {
            switch self {
            case .commit, .fold: ["base": "1", "rival": "1", "a": "1", "b": "1"]
            case .merge, .cherryPick: ["base": "1", "rival": "1", "d": "1"]
            case .revert: ["rival": "1"]
            case .resetPath: ["base": "1", "rival": "1", "b": "1"]
            case .resetAll: ["base": "1", "rival": "1"]
            case .hardReset: ["base": "1", "d": "1", "a": "1", "b": "1"]
            }
        }
    }

    /// `main` with `base` committed as `first`; `dev` adds `d` to it, `side` adds `rival`.
    private static func prepare(_ operation: Operation) async throws -> TestIndex {
        let index = try await TestIndex.make()
        try await index.put("base", "1")
        try await index.commit("main", "base")
        try await index.tag("first")
        for (branch, path) in [("dev", "d"), ("side", "rival")] {
            try await index.branch(branch)
            try await index.put(path, "1", on: branch)
            try await index.commit(branch, branch)
        }
        if !operation.wantsClean {
            try await index.put("a", "1")
            try await index.put("b", "1")
            // So that the operation meets its rival at the compare-and-set and not before.
            try await index.seal()
        }
        return index
    }

    /// A rival's commit on `main` with the content of `side`.
    private static func rival(_ index: TestIndex, _ message: String = "rival") async throws -> BranchMove {
        let (state, side) = (try await index.state(), try await index.state("side"))
        let commit = CommitRecord(
            CommitContent(
                parents: [state.head], committer: "rival", message: message, created: 1, root: side.headRoot,
                metadata: [:]), on: [state.headAge])
        var move = BranchMove(state, to: commit, isNew: true, retiring: [])
        move.action = "commit"
        move.actor = "rival"
        return move
    }

    @Test("Overtaken by a commit, an operation begins again from that", arguments: Operation.allCases)
    func overtaken(_ operation: Operation) async throws {
        let index = try await Self.prepare(operation)
        let move = try await Self.rival(index)
        try await index.overtake(against: { try await operation.run(index) }) {
            let rows = try await $0.run(BranchMove.statement, move.parameters(pinTerm: .seconds(30)))
            #expect(rows.count == 1)
        }
        #expect(try await index.contents() == operation.expected)
        #expect(try await index.count("turn") == 0)
        let log = try await index.log()
        if operation == .hardReset { return #expect(log.first == "dev") }
        #expect(log.contains("rival"), "\(log)")
        if operation == .fold { #expect(try await index.uncommitted() == ["+a", "+b"]) }
        if operation == .commit { #expect(try await index.contents("main@") == operation.expected) }
    }

    @Test("Of a branch that is deleted meanwhile nothing is left", arguments: Operation.allCases)
    func deleted(_ operation: Operation) async throws {
        let index = try await Self.prepare(operation)
        let commits = try await index.count("commit")
        do {
            try await index.overtake(against: { try await operation.run(index) }) {
                _ = try await $0.run(.write("DELETE FROM ref WHERE name = 'main'"))
            }
            #expect(operation == .fold)
        } catch let error as RPCError {
            #expect(error == .branchNotFound)
        }
        #expect(try await index.count("commit") == commits)
        #expect(try await index.sql("SELECT 1 FROM ref WHERE name = 'main'").isEmpty)
    }

    @Test("A branch made again under the name, even at the same version, is another")
    func madeAgain() async throws {
        let index = try await Self.prepare(.merge)
        let move = try await Self.rival(index)
        try await index.sql(
            """
            WITH gone AS (DELETE FROM ref WHERE name = 'main' RETURNING *)
            INSERT INTO ref (repository, name, kind, head, head_root, tokens, version)
            SELECT repository, 'other', kind, head, head_root, tokens, version FROM gone
            """)
        try await index.sql("UPDATE ref SET name = 'main' WHERE name = 'other'")
        #expect(try await !index.catalog.move(move, .now + .seconds(10)))
        #expect(try await index.log() == ["base", "Repository created"])
    }

    @Test("A branch moves whole or not at all: commit, ref log, tokens and answer go with it")
    func atomic() async throws {
        let index = try await Self.prepare(.commit)
        func counts() async throws -> [Int] {
            var counts: [Int] = []
            for table in ["commit", "ref_log", "operation"] { counts.append(try await index.count(table)) }
            return counts
        }
        let (before, head) = (try await counts(), try await index.head())
        let id = OperationID()
        for (table, rule) in [
            ("ref_log", "action <> 'commit'"), ("commit", "message <> 'own'"), ("operation", "length(answer) <> 32"),
            ("token", "state <> 3"),
        ] {
            try await index.sql("ALTER TABLE \(table) ADD CONSTRAINT refuse CHECK (\(rule)) NOT VALID")
            do {
                try await Operation.commit.run(index, id)
                Issue.record("a commit was made without its \(table)")
            } catch {}
            #expect(try await counts() == before)
            #expect(try await index.head() == head)
            #expect(try await index.sql("SELECT 1 FROM token WHERE name = 'main' AND state = 3").count == 1)
            #expect(try await index.uncommitted() == ["+a", "+b"])
            try await index.sql("ALTER TABLE \(table) DROP CONSTRAINT refuse")
        }
        try await Operation.commit.run(index, id)
        #expect(try await counts() == before.map { $0 + 1 })
        #expect(try await index.sql("SELECT 1 FROM token WHERE name = 'main' AND state = 3").count == 2)
    }

    @Test("Whoever stands in line moves the branch only while its ticket lives and no other is ahead")
    func tickets() async throws {
        let index = try await Self.prepare(.merge)
        func ticket(_ ends: String) async throws -> Int64 {
            try await index.sql(
                """
                INSERT INTO turn (repository, branch, ends)
                SELECT repository, id, now() + interval '\(ends)' FROM ref WHERE name = 'main' RETURNING ticket
                """)[0].int64(0)
        }
        func moves(_ ticket: Int64, _ message: String) async throws -> Bool {
            var move = try await Self.rival(index, message)
            move.ticket = ticket
            return try await index.catalog.move(move, .now + .seconds(10))
        }
        let (ended, first, second) = (
            try await ticket("-1 second"), try await ticket("1 hour"), try await ticket("1 hour")
        )
        #expect(try await !moves(.max, "without a ticket"))
        #expect(try await !moves(second, "second"))
        #expect(try await !moves(ended, "ended"))
        #expect(try await moves(first, "first"))
        try await index.sql("DELETE FROM turn WHERE ticket = $1", [.int64(first)])
        #expect(try await moves(second, "second"))
        #expect(try await index.log(amount: 2).prefix(2) == ["second", "first"])
    }

    @Test("A connection that ends under a write or a move leaves nothing locked and nothing half done")
    func lostConnection() async throws {
        let index = try await Self.prepare(.commit)
        let other = try index.second()
        let write = try index.write("lost", "1")
        do {
            try await index.catalog.database.transaction(deadline: .now + .seconds(30)) { transaction in
                let rows = try await transaction.run(
                    .read("SELECT pg_backend_pid()::bigint"))
                _ = try await transaction.pipeline([write.call])[0]
                try await other.sql("SELECT pg_terminate_backend($1::int)", [.int64(try rows[0].int64(0))])
            }
            Issue.record("a transaction was committed on a connection that ended")
        } catch {}
        #expect(try await index.get("lost") == nil)
        try await index.put("c", "1")
        try await index.seal()

        let id = OperationID()
        do {
            try await index.overtake(against: { try await Operation.commit.run(index, id) }) { _ in
                try await other.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = $1 AND wait_event_type = 'Lock'
                    """, [.text(index.schema)])
            }
            Issue.record("a commit was answered whose connection had ended")
        } catch {
            #expect([.outcomeUnknown, .unavailable].contains(RPCError(cause: error)?.code), "\(error)")
        }
        try await WriteLog.settle { try await Operation.commit.run(index, id) }
        #expect(try await index.contents("main@") == ["base": "1", "a": "1", "b": "1", "c": "1"])
        #expect(try await index.log() == ["own", "base", "Repository created"])
    }
}
