import Database
import Policy
import Seeded
import Testing
import Wire

@testable import Auth

/// What it costs is in design/0012.
@Suite("A large directory", .serialized)
struct DirectoryScaleTests {
    private static let users = 10_000
    private static let groups = 200
    private static let policies = 1_000

    /// Every user is in 5 groups of 3 policies each and has 5 of its own: 20, of 5 statements.
    private func fill(_ database: Database) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let statements = (0..<5).map { index in
            PolicyStatement(
                effect: index == 4 ? "deny" : "allow", action: ["fs:Read*", "fs:List*", "fs:WriteObject"],
                resource: "arn:lakefs:fs:::repository/lake-\(index)/object/some/prefix/${user}/*")
        }
        let text = try PolicyText.encode(PolicyDocument(id: "p", statement: statements))
        let calls: [(String, [Parameter])] = [
            ("INSERT INTO account (id) SELECT 'user-' || i FROM generate_series(1, \(Self.users)) i", []),
            ("INSERT INTO user_group (id) SELECT 'group-' || i FROM generate_series(1, \(Self.groups)) i", []),
            (
                "INSERT INTO policy (id, statements) SELECT 'policy-' || i, $1 FROM generate_series(1, \(Self.policies)) i",
                [.text(text)]
            ),
            (
                """
                INSERT INTO membership (group_id, user_id)
                SELECT 'group-' || (1 + (i * 7 + j * 41) % \(Self.groups)), 'user-' || i
                FROM generate_series(1, \(Self.users)) i, generate_series(1, 5) j
                """, []
            ),
            (
                """
                INSERT INTO group_policy (group_id, policy_id)
                SELECT 'group-' || i, 'policy-' || (1 + (i * 13 + j * 101) % 500)
                FROM generate_series(1, \(Self.groups)) i, generate_series(1, 3) j
                """, []
            ),
            (
                """
                INSERT INTO user_policy (user_id, policy_id)
                SELECT 'user-' || i, 'policy-' || (501 + (i * 17 + j * 97) % 500)
                FROM generate_series(1, \(Self.users)) i, generate_series(1, 5) j
                """, []
            ),
            ("ANALYZE", []),
        ]
        for (sql, parameters) in calls {
            _ = try await database.exclusive(.write(sql), parameters, deadline: deadline)
        }
    }

    @Test("tells the policies of each user")
    func effective() async throws {
        let database = try await PostgresFixture().open()
        try await fill(database)
        let store = PostgresAuthStore(database)
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<500 {
            let user = "user-\(1 + generator.below(Self.users))"
            let policies = try await store.effectivePolicies(of: user, deadline: .now + .seconds(30))
            #expect((15...20).contains(policies.count))
            #expect(policies.allSatisfy { $0.statement.count == 5 })
        }
    }

    @Test("is paged to its end")
    func pages() async throws {
        let database = try await PostgresFixture().open()
        try await fill(database)
        let store = PostgresAuthStore(database)
        var (after, count) = ("", 0)
        while true {
            let page = try await store.users(ListRange(after: after, amount: 100), deadline: .now + .seconds(30))
            count += page.results.count
            guard page.hasMore, let last = page.results.last else { break }
            after = last.id
        }
        #expect(count == Self.users)
    }

    @Test("is paged while others change it: what stays there is told once")
    func whileChanging() async throws {
        let fixture = try await PostgresFixture()
        let store = PostgresAuthStore(try fixture.open())
        let deadline = ContinuousClock.now + .seconds(60)
        let kept = (0..<300).map { "kept-\($0 % 10)-\($0)" }
        for id in kept { _ = try await store.add(Group(id: id, created: 0), deadline: deadline) }
        let writer = Task {
            var number = 0
            while !Task.isCancelled {
                let id = "kept-\(number % 10)-x\(number)"
                _ = try await store.add(Group(id: id, created: 0), deadline: deadline)
                if number.isMultiple(of: 2) { try await store.removeGroup(id, deadline: deadline) }
                number += 1
            }
        }
        for _ in 0..<10 {
            var (after, seen): (String, [String]) = ("", [])
            while true {
                let range = ListRange(prefix: "kept", after: after, amount: 7)
                let page = try await store.groups(range, deadline: deadline)
                seen += page.results.map(\.id)
                guard page.hasMore, let last = page.results.last else { break }
                after = last.id
            }
            #expect(Set(seen).count == seen.count)
            #expect(Set(kept).subtracting(seen).isEmpty)
        }
        writer.cancel()
        _ = await writer.result
    }
}
