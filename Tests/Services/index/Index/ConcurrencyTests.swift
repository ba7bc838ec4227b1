import Database
import Domain
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ConcurrencyTests {
    /// Folds all the time, sweeps all the time.
    private static let busy: CatalogLimits = {
        var limits = CatalogLimits()
        limits.foldRows = 40
        limits.longestRequest = .seconds(20)
        limits.retirementMargin = .zero
        limits.upkeepInterval = .milliseconds(200)
        limits.lease = .seconds(1)
        return limits
    }()

    private static func load(
        _ first: TestIndex, _ second: TestIndex, writers: Int, count: Int,
        beside: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> WriteLog {
        let log = WriteLog()
        let isWriting = Flag()
        let upkeep = [Upkeep(first.catalog), Upkeep(second.catalog)]
        for part in upkeep { part.start() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for own in [first, second, second] {
                group.addTask { try await log.commit(own, while: { isWriting.isUp }) }
            }
            group.addTask {
                defer { isWriting.lower() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<writers {
                        group.addTask { try await log.write(writer % 2 == 0 ? first : second, writer, count: count) }
                    }
                    group.addTask { try await beside() }
                    try await group.waitForAll()
                }
            }
            try await group.waitForAll()
        }
        for part in upkeep { await part.stop() }
        return log
    }

    @Test("Many writers and committers over two processes, with folds and sweeps: no write is lost, none is doubled")
    func writersAndCommitters() async throws {
        let index = try await TestIndex.make(limits: Self.busy)
        let other = try index.second(limits: Self.busy)
        let log = try await Self.load(index, other, writers: 10, count: 60)
        #expect(log.writes.count == 10 * 60 * 2)
        #expect(log.moves.count > 3)
        try await log.check(index)
    }

    /// Beside that, nodes go as soon as the rules allow.
    private static let hasty: CatalogLimits = {
        var limits = busy
        limits.longestRequest = .seconds(3)
        limits.pinTerm = .milliseconds(600)
        limits.collectionGap = .zero
        limits.seenPrecision = .milliseconds(200)
        limits.collectionPart = 16
        return limits
    }()

    @Test("Writers, committers and mergers amid folds, sweeps and the collection of nodes: all get on, nothing is lost")
    func mergers() async throws {
        let index = try await TestIndex.make(limits: Self.hasty)
        let others = [index, try index.second(limits: Self.hasty), try index.second(limits: Self.hasty)]
        try await index.branch("trunk")
        let merges = Merges()
        let log = try await Self.load(index, others[1], writers: 6, count: 60) {
            let end = ContinuousClock.now + .seconds(9)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for merger in 0..<4 {
                    group.addTask {
                        let (name, own) = ("side\(merger)", others[merger % 3])
                        _ = try await WriteLog.settle { try await own.branch(name, from: "trunk") }
                        var number = 0
                        while .now < end {
                            number += 1
                            let path = "side/\(merger)/\(number)"
                            let ids = [OperationID(), OperationID(), OperationID()]
                            let entry = TestIndex.entry("\(number)")
                            try await WriteLog.settle { try await own.put(path, entry, on: name, operation: ids[0]) }
                            try await WriteLog.settle { try await own.commit(name, path, operation: ids[1]) }
                            let merge = try await WriteLog.settle {
                                try await own.merge(name, into: "trunk", operation: ids[2])
                            }
                            merges.note(merge.id.string, path)
                        }
                    }
                }
                for own in others {
                    group.addTask {
                        while .now < end {
                            _ = try await WriteLog.settle { try await own.collect() }
                            try await Task.sleep(for: .milliseconds(Int.random(in: 50...400)))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try await log.check(index)
        let made = merges.all
        #expect(made.count > 3)
        var (commit, contents) = (try await index.commit(of: "trunk"), try await index.contents("trunk"))
        var seen = 0
        while let parent = commit.parents.first {
            let before = try await index.contents(parent.string)
            #expect(Set(contents.keys).subtracting(before.keys) == [made[commit.id.string] ?? "?"])
            #expect(Set(before.keys).isSubset(of: contents.keys))
            (commit, contents) = (try await index.commit(of: parent.string), before)
            seen += 1
        }
        #expect(seen == made.count)
        // Throws where a tree cannot be walked to its end.
        #expect(try await !index.reachable().isEmpty)
    }

    @Test("Connections that end in mid-transaction all the time: no write is lost, none is doubled")
    func connections() async throws {
        let index = try await TestIndex.make(limits: Self.busy)
        let other = try index.second(limits: Self.busy)
        let killer = try index.second()
        let log = try await Self.load(index, other, writers: 6, count: 40) {
            for _ in 0..<12 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...120)))
                // Of this test's connections those that are at work, half of them.
                try await killer.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = $1 AND state <> 'idle' AND pid <> pg_backend_pid() AND random() < 0.5
                    """, [.text(index.schema)])
            }
        }
        #expect(log.writes.count == 6 * 40 * 2)
        try await log.check(other)
    }

    @Test("kill -9 of Postgres in the middle: what was acknowledged is there, in the commits it belongs to")
    func crash() async throws {
        let cluster = try await PostgresCluster()
        let index = try await TestIndex.make(limits: Self.busy, cluster: cluster)
        let other = try index.second(limits: Self.busy)
        let log = try await Self.load(index, other, writers: 6, count: 50) {
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 250...600)))
                try await cluster.kill()
                try await cluster.start()
            }
        }
        #expect(log.writes.count == 6 * 50 * 2)
        try await log.check(other)
        try await index.put("after", "1")
        try await index.commit()
    }
}

/// What each merge was to bring.
private final class Merges: Sendable {
    private let paths = Mutex<[String: String]>([:])
    var all: [String: String] { paths.withLock { $0 } }
    func note(_ commit: String, _ path: String) { paths.withLock { $0[commit] = path } }
}

/// Tells several tasks to go on until it is lowered.
private final class Flag: Sendable {
    private let state = Mutex(true)
    var isUp: Bool { state.withLock { $0 } }
    func lower() { state.withLock { $0 = false } }
}
