import Database
import Testing

@testable import Index

/// The plans of what every request runs, made while tables are small and kept while they grow, as the server does.
@Suite(.serialized) struct PlanTests {
    /// What the planner knows of the tables when it makes the plans.
    enum Knowledge: String, CaseIterable, Sendable {
        case nothing, vacuumedEmpty, analyzedSmall
    }

    /// By name: a statement's text and the values it is run with.
    private static func statements(
        _ repository: Int64, _ branch: Int64, _ token: UUIDBytes
    ) -> [(name: String, sql: String, values: String)] {
        [
            (
                "stage", StagedWrite.insert.sql,
                """
                'repo-one', 'main', false, NULL, ARRAY['00000000-0000-0000-0000-000000000001'::uuid], ARRAY['new'::bytea],
                    ARRAY['x'::bytea]
                """
            ),
            (
                "stage over", StagedWrite.insert.sql,
                """
                'repo-one', 'main', false, NULL, ARRAY['00000000-0000-0000-0000-000000000002'::uuid],
                    ARRAY['key/10000'::bytea], ARRAY['x'::bytea]
                """
            ),
            (
                "repeated", StagedWrite.find.sql,
                "'repo-one', 'main', 'key/10000', '00000000-0000-0000-0000-000000000002'"
            ),
            (
                "condition", ConditionalWrite.select.sql,
                "'repo-one', 'main', 'key/10001', '00000000-0000-0000-0000-000000000003'"
            ),
            (
                "stage if", ConditionalWrite.insert.sql,
                """
                'repo-one', 'main', false, NULL, '00000000-0000-0000-0000-000000000003', 'new-if', 'x', 1, NULL, \(branch)
                """
            ),
            ("get", Catalog.selectEntry.sql, "'repo-one', 'main', ARRAY['key/19999'::bytea]"),
            ("get committed", Catalog.selectEntry.sql, "'repo-one', 'main', ARRAY['none'::bytea]"),
            ("write target", Catalog.selectTarget.sql, "'repo-one', 'main'"),
            ("resolve", Catalog.selectBase.sql, "'repo-one', 'main'"),
            ("list", Catalog.selectWindow.sql, "'repo-one', 'main', 'key/15', '\\xff', 10"),
            ("list from a branch's end", Catalog.selectWindow.sql, "'repo-one', 'main', 'z', '\\xff', 64"),
            ("get branch", Catalog.selectHead.sql, "'repo-one', 'main'"),
            ("branches", Catalog.selectBranches.sql, "'', 'b/17', 'b/18', 1000, 'repo-one', true"),
            ("tags", Catalog.selectTags.sql, "'', '', '\\xff', 1000, 'repo-one', true"),
            ("branch state", BranchState.select.sql, "'repo-one', 'main', '00000000-0000-0000-0000-000000000000', 9"),
            ("ref log", RefLog.all.sql, "'repo-one', 9223372036854775807, 100"),
            ("ref log behind a move", RefLog.all.sql, "'repo-one', 10000, 100"),
            ("ref log of one", RefLog.ofOne.sql, "'repo-one', 9223372036854775807, 100, 'b/17'"),
            ("deletions", RefLog.deletions.sql, "'repo-one', 9223372036854775807, 100"),
            ("deletions of one", RefLog.deletionsOfOne.sql, "'repo-one', 9223372036854775807, 100, 'main'"),
            ("last deletion", RefLog.lastDeletion.sql, "'repo-one', 'b/17', 1, 0, 9223372036854775807"),
            (
                "staged rows", StagedCursor.select.sql,
                "\(repository), ARRAY['\(token)'::uuid], 'key/15', '\\xff', 10"
            ),
            ("save node", PostgresNodeStore.insert.sql, "\(repository), ARRAY['new'::bytea], ARRAY['x'::bytea], 600"),
            (
                "save node again", PostgresNodeStore.insert.sql,
                "\(repository), ARRAY['node/7'::bytea], ARRAY['x'::bytea], 600"
            ),
            (
                "keep nodes", NodeCollection.keep.sql,
                "\(repository), 'node/1000'"
            ),
            (
                "remove nodes", NodeCollection.remove.sql,
                "\(repository), 'node/2000', now(), 3600, 720"
            ),
            ("look up nodes", YoungNodes.selectKept.sql, "\(repository), ARRAY['node/1', 'node/11']::bytea[]"),
            ("load a node", PostgresNodeStore.selectOne.sql, "\(repository), ARRAY['node/11'::bytea]"),
            ("load nodes", PostgresNodeStore.selectMany.sql, "\(repository), ARRAY['node/1', 'node/11']::bytea[]"),
            ("young nodes", NodeCollection.selectPart.sql, "\(repository), 'node/5', now(), 5"),
            ("commits", NodeCollection.selectCommits.sql, "\(repository), '\\x00', 5, '\\xff'"),
        ]
    }

    /// Rows of 20,000 keys in the open token, one in a hundred of them in ten retired tokens too, and 5,000 branches; 20,000
    /// commits with a node each, one in a thousand of them young.
    private static let growth = """
        INSERT INTO staged (repository, token, branch, key, entry, write_id)
        SELECT repository, tokens[1], id, convert_to('key/' || n, 'UTF8'), 'x', gen_random_uuid()
        FROM ref, generate_series(1, 20000) n WHERE name = 'main';
        INSERT INTO token (repository, token, branch, name, state)
        SELECT repository, gen_random_uuid(), id, name, 3 FROM ref, generate_series(1, 10) WHERE name = 'main';
        INSERT INTO staged (repository, token, branch, key, entry, write_id)
        SELECT t.repository, t.token, t.branch, convert_to('key/' || n * 100, 'UTF8'), 'x', gen_random_uuid()
        FROM token t, generate_series(1, 200) n WHERE t.state = 3;
        INSERT INTO ref_log (repository, name, kind, action, old_head, new_head, actor)
        SELECT repository, convert_to(CASE n % 100 WHEN 0 THEN 'b/' || n % 1000 / 100 ELSE 'main' END, 'UTF8'), 1, '',
            head, CASE n % 1000 WHEN 0 THEN NULL ELSE head END, ''
        FROM ref, generate_series(1, 20000) n WHERE name = 'main';
        INSERT INTO ref_log (repository, name, kind, action, old_head, actor)
        SELECT repository, 'b/17', 1, '', head, '' FROM ref WHERE name = 'main';
        INSERT INTO ref_log (repository, name, kind, action, old_head, new_head, actor)
        SELECT repository, 'b/17', 1, '', head, head, '' FROM ref, generate_series(1, 5000) n WHERE name = 'main';
        INSERT INTO ref (repository, name, kind, head)
        SELECT repository, convert_to('b/' || n, 'UTF8'), 1, head FROM ref, generate_series(1, 5000) n WHERE name = 'main';
        INSERT INTO node (repository, hash, bytes, seen, kept, lost)
        SELECT repository, convert_to('node/' || n, 'UTF8'), 'x', now() - interval '3 hours', n % 1000 <> 0,
            now() - interval '2 hours'
        FROM ref, generate_series(1, 20000) n WHERE name = 'main';
        INSERT INTO commit (repository, id, parents, committer, message, created, root, metadata, generation, latest)
        SELECT repository, convert_to('commit/' || n, 'UTF8'), '{}', '', '', 0, convert_to('node/' || n, 'UTF8'), '{}', 1, 0
        FROM ref, generate_series(1, 20000) n WHERE name = 'main'
        """

    @Test("No statement of the hot path reads more than a few pages", arguments: Knowledge.allCases)
    func pages(_ knowledge: Knowledge) async throws {
        let index = try await TestIndex.make()
        switch knowledge {
        case .nothing: break
        case .vacuumedEmpty: for table in Self.tables { try await index.sql("VACUUM ANALYZE \(table)") }
        case .analyzedSmall:
            for number in 0..<5 { try await index.put("\(number)", "x") }
            try await index.commit()
            for number in 0..<5 { try await index.put("\(number)", "y") }
            for table in Self.tables { try await index.sql("ANALYZE \(table)") }
        }
        let state = try await index.state()
        let statements = Self.statements(state.repository.id, state.id, state.tokens[0])
        try await index.catalog.database.transaction(deadline: .now + .seconds(60)) { transaction in
            for (number, item) in statements.enumerated() {
                _ = try await transaction.run(.write("PREPARE p\(number) AS \(item.sql)"))
                _ = try await transaction.run(.write("EXPLAIN EXECUTE p\(number)(\(item.values))"))
            }
            try await transaction.script(Self.growth)
            for (number, item) in statements.enumerated() {
                let plan = try await transaction.run(
                    .write("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE p\(number)(\(item.values))")
                ).map { try $0.text(0) }
                let pages = Self.pages(plan)
                let text = plan.joined(separator: "\n")
                #expect((1...Self.maxPages).contains(pages), "\(item.name): \(pages) pages\n\(text)")
            }
        }
    }

    private static let tables = ["staged", "token", "ref", "node", "commit", "ref_log"]
    private static let maxPages = 40

    /// Of the whole statement: the first line that tells.
    private static func pages(_ plan: [String]) -> Int {
        guard let line = plan.first(where: { $0.contains("Buffers: shared") }) else { return 0 }
        return line.split(separator: " ").filter { $0.hasPrefix("hit=") || $0.hasPrefix("read=") }
            .compactMap { Int($0.drop { $0 != "=" }.dropFirst()) }.reduce(0, +)
    }
}
