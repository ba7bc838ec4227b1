import Cryptography
import Domain
import Synchronization
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct LogTests {
    /// A clock that a test sets.
    private final class Clock: Sendable {
        private let seconds = Mutex<Int64>(100)
        var now: Int64 { seconds.withLock { $0 } }
        func set(_ value: Int64) { seconds.withLock { $0 = value } }
    }

    ///     created ─ m1(110) ──────── m2(130) ─ merge(150) ─ m3(160)
    ///                  └─ d1(120) ── d2(125) ──┘
    private static func history() async throws -> TestIndex {
        let clock = Clock()
        let index = try await TestIndex.make(now: { clock.now })
        func commit(_ branch: String, _ message: String, _ time: Int64, _ path: String) async throws {
            clock.set(time)
            try await index.put(path, message, on: branch)
            try await index.commit(branch, message)
        }
        try await commit("main", "m1", 110, "m/1")
        try await index.branch("dev")
        try await commit("dev", "d1", 120, "d/1")
        try await commit("main", "m2", 130, "m/2")
        // Its clock was behind.
        try await commit("dev", "d2", 115, "d/2")
        clock.set(150)
        _ = try await index.catalog.mergeBranch(
            MergeBranch.Request(
                repository: index.repository, source: try RefExpression("dev"), destination: try BranchName("main"),
                message: "merge"), index.context)
        try await commit("main", "m3", 160, "m/1")
        return index
    }

    @Test("Newest first, every child before its parents whatever the clocks say, page by page")
    func order() async throws {
        let index = try await Self.history()
        let expected = ["m3", "merge", "m2", "d2", "d1", "m1", "Repository created"]
        for amount in [1, 2, 3, 1_000] { #expect(try await index.log(amount: amount) == expected) }
        #expect(try await index.log("dev") == ["d2", "d1", "m1", "Repository created"])
        #expect(try await index.log("main~1") == Array(expected.dropFirst()))
    }

    @Test("Filters: first parent, since, stop, limit, paths")
    func filters() async throws {
        let index = try await Self.history()
        #expect(try await index.log { $0.firstParentOnly = true } == ["m3", "merge", "m2", "m1", "Repository created"])
        for amount in [1, 2] {
            let log = try await index.log(amount: amount) {
                $0.firstParentOnly = true
                $0.stopAt = try RefExpression("main~3")
            }
            #expect(log == ["m3", "merge", "m2", "m1"])
        }
        #expect(try await index.log { $0.since = 130 } == ["m3", "merge", "m2"])
        #expect(try await index.log { $0.since = 151 } == ["m3"])
        #expect(try await index.log { $0.stopAt = try RefExpression("main~2") } == ["m3", "merge", "m2"])
        #expect(try await index.log(amount: 2) { $0.isLimited = true } == ["m3", "merge"])
        #expect(try await index.log { $0.objects = ["m/1"] } == ["m3", "m1"])
        #expect(try await index.log { $0.prefixes = ["d/"] } == ["d2", "d1"])
        #expect(
            try await index.log {
                $0.objects = ["m/2"]; $0.prefixes = ["d/2"]
            } == ["m2", "d2"])
        #expect(try await index.log(amount: 1) { $0.prefixes = ["m/"] } == ["m3", "m2", "m1"])
        await expectError(.notFound) { try await index.log { $0.stopAt = try RefExpression("nothing") } }
        await expectError(.invalidArgument) { try await index.log("main$") }
        await expectError(.invalidArgument) { try await index.log(amount: 1_001) }
        await expectError(.notFound) { try await index.log("nothing") }
        await expectError(.notFound, "commit not found") { try await index.commit(of: "nothing") }
    }

    private static func digest(_ commit: Commit) throws -> SHA256Digest {
        try #require(SHA256Digest(hex: commit.id.string))
    }

    @Test("A page goes on from where the one before ended, with the same parameters alone")
    func places() async throws {
        let index = try await Self.history()
        func page(_ after: String, _ change: (inout LogCommits.Request) throws -> Void = { _ in }) async throws
            -> [Commit]
        {
            var request = LogCommits.Request(
                repository: index.repository, reference: try RefExpression("main"), after: after, amount: 2)
            try change(&request)
            return try await index.catalog.logCommits(request, index.context).results
        }
        let first = try await page("")
        let main = try await index.commit(of: "main")
        let last = try #require(first.last)
        let key = try await LogPlaces.Key(
            repository: index.repositoryID(), start: Self.digest(main), since: nil, stopAt: nil,
            after: Self.digest(last))
        #expect(index.catalog.logPlaces.count == 1)
        #expect(try await page(last.id.string).map(\.message) == ["m2", "d2"])
        // Where it is held to stand somewhere else, the page shows that it was asked.
        let store = index.catalog.commitStore(key.repository, .now + .seconds(60))
        let dev = try await index.commit(of: "dev~1")
        index.catalog.logPlaces.keep(try await CommitLog(from: Self.digest(dev), store: store), at: key)
        #expect(try await page(last.id.string).map(\.message) == ["d1", "m1"])
        #expect(try await page(last.id.string) { $0.since = 1 }.map(\.message) == ["m2", "d2"])
        #expect(try await page(last.id.string) { $0.stopAt = try RefExpression("main~2") }.map(\.message) == ["m2"])
        #expect(try await page(last.id.string) { $0.prefixes = ["m/"] }.map(\.message) == ["m1"])
    }

    @Test("Places are held within their bound, those used least lately going first")
    func boundedPlaces() async throws {
        let index = try await Self.history()
        let main = try await index.commit(of: "main")
        let store = index.catalog.commitStore(try await index.repositoryID(), .now + .seconds(60))
        var log = try await CommitLog(from: Self.digest(main), store: store)
        let places = LogPlaces(maxCommits: 64)
        let start = try Self.digest(main)
        func key(_ number: Int64) -> LogPlaces.Key {
            LogPlaces.Key(repository: number, start: start, since: nil, stopAt: nil, after: start)
        }
        for number in 0..<100 {
            places.keep(log, at: key(Int64(number)))
            _ = places.log(key(0))
        }
        #expect(places.count == 64 / log.width)
        #expect(places.log(key(0)) != nil)
        #expect(places.log(key(99)) != nil)
        #expect(places.log(key(50)) == nil)
        // A walk holds its edge alone.
        while try await log.next() != nil { #expect(log.width <= 4) }
        #expect(log.width == 1)
    }

    @Test("Of branches that advanced unevenly, log and merge base look only at what is as young as what they show")
    func uneven() async throws {
        let index = try await TestIndex.make()
        try await index.branch("slow")
        try await index.put("a", "1", on: "slow")
        // What `main` was in the meantime: many generations, all of them before today.
        try await index.sql(
            """
            INSERT INTO commit (repository, id, parents, committer, message, created, root, metadata, generation, latest)
            SELECT f.repository, sha256(n::text::bytea),
                ARRAY[CASE n WHEN 1 THEN f.head ELSE sha256((n - 1)::text::bytea) END], '', '', c.created + n, NULL, '{}',
                n + 1, c.created + n
            FROM ref f JOIN commit c ON c.repository = f.repository AND c.id = f.head, generate_series(1, 3000) n
            WHERE f.name = 'main'
            """)
        try await index.sql("UPDATE commit SET created = created - 5000, latest = latest - 5000")
        try await index.sql("UPDATE ref SET head = sha256('3000'::bytea), version = version + 1 WHERE name = 'main'")
        let slow = try await index.commit("slow")
        let merge = try await index.merge("slow")
        let other = try index.second()
        let page = try await other.catalog.logCommits(
            LogCommits.Request(
                repository: index.repository, reference: try RefExpression("main"), after: "", amount: 2),
            other.context)
        #expect(page.results.map(\.id) == [merge.id, slow.id])
        #expect(other.catalog.commits.count < 700)
    }
}
