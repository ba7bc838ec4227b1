import Cryptography
import Database
import Domain
import Synchronization
import Testing
import VersionTree
import Wire

@testable import Index

/// Collection, sweeps and folds as fast as the rules allow, beside everything that makes and needs nodes.
@Suite struct CollectionRunTests {
    /// Nodes go six to eight seconds after nobody needs them any more.
    private static let hasty: CatalogLimits = {
        var limits = CatalogLimits()
        limits.foldRows = 12
        limits.longestRequest = .seconds(3)
        limits.retirementMargin = .zero
        limits.pinTerm = .milliseconds(600)
        limits.collectionGap = .zero
        limits.seenPrecision = .milliseconds(200)
        limits.collectionPart = 16
        limits.lease = .seconds(1)
        return limits
    }()
    private static let runs = 4
    private static let time = Duration.seconds(18)

    @Test("Nothing that is needed is ever removed, and in the end nothing else is left", arguments: seeds)
    func run(_ seed: UInt64) async throws {
        print("collection seed \(seed)")
        let index = try await TestIndex.make(limits: Self.hasty)
        let other = try index.second(limits: Self.hasty)
        let root = try await index.commit(of: "main")
        for number in 0..<Self.runs { try await index.branch("r\(number)") }
        try await index.branch("slow")
        var runs: [ModelRun] = []
        for number in 0..<Self.runs {
            let (own, rival) = number % 2 == 0 ? (index, other) : (other, index)
            runs.append(
                ModelRun(
                    index: own, other: rival, seed: seed &* 1_000 &+ UInt64(number), root: root, home: "r\(number)",
                    areEntriesSame: true,
                    entry: { TestIndex.sameEntry($0, padding: 3_000) }))
        }
        let end = ContinuousClock.now + Self.time
        let removed = try await withThrowingTaskGroup(of: Int.self) { group in
            for (number, run) in runs.enumerated() {
                let run = Confined(run)
                group.addTask {
                    var steps = 0
                    while .now < end {
                        do {
                            try await run.value.step()
                        } catch {
                            Issue.record("seed \(seed), run \(number), step \(steps): \(run.value.last): \(error)")
                            return 0
                        }
                        steps += 1
                    }
                    return 0
                }
            }
            for own in [index, other] {
                group.addTask { try await Self.collect(own, until: end) }
                group.addTask { try await Self.sweep(own, until: end) }
            }
            group.addTask { try await Self.commitSlowly(index, until: end) }
            group.addTask { try await Self.readSlowly(index, until: end) }
            return try await group.reduce(0, +)
        }
        for run in runs { try await run.checkAll() }
        let slow = try await index.second().contents("slow@").count
        let log = try await index.log("slow").count
        #expect(slow == log - 1)

        // Everything that is left comes of age.
        try await Task.sleep(for: Self.hasty.quiet)
        var last = try await index.collect()
        try await Task.sleep(for: Self.hasty.markGap)
        last += try await index.collect()
        print("collection seed \(seed): \(removed) nodes removed meanwhile, \(last) at last")
        #expect(removed + last > 0, "seed \(seed): nothing was there to be removed")
        #expect(try await index.nodes() == index.reachable(), "seed \(seed)")
        #expect(try await index.nodes(where: "kept") == index.reachable(staged: false), "seed \(seed)")
    }

    private static func collect(_ index: TestIndex, until end: ContinuousClock.Instant) async throws -> Int {
        var removed = 0
        while .now < end {
            // Beside the lease, so that two are at it at a time.
            removed += try await WriteLog.settle { try await index.collect() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...400)))
        }
        return removed
    }

    private static func sweep(_ index: TestIndex, until end: ContinuousClock.Instant) async throws -> Int {
        let upkeep = Upkeep(index.catalog)
        while .now < end {
            await upkeep.round()
            try await Task.sleep(for: .milliseconds(100))
        }
        await upkeep.stop()
        return 0
    }

    /// Commits that publish what they have written long after it would have been removed without a pin.
    private static func commitSlowly(_ index: TestIndex, until end: ContinuousClock.Instant) async throws -> Int {
        let (catalog, branch) = (index.catalog, try BranchName("slow"))
        var number = 0
        while .now < end {
            try await WriteLog.settle {
                try await index.put("slow/\(number)", TestIndex.sameEntry("\(number)"), on: "slow")
            }
            let deadline = ContinuousClock.now + .seconds(60)
            let state = try await index.state("slow")
            let isDone = try await catalog.pins.hold(state.pin) {
                guard let sealed = try await catalog.seal(state, deadline) else { return false }
                let tree = catalog.tree(state.repository.id, state.repository.salt, deadline)
                let root = try await catalog.committedTree(sealed, tree, deadline)
                try await Task.sleep(for: hasty.markGap + hasty.quiet)
                let commit = CommitRecord(
                    CommitContent(
                        parents: [sealed.head], committer: "", message: "\(number)", created: 1, root: root,
                        metadata: [:]), on: [sealed.headAge])
                return try await catalog.move(
                    BranchMove(sealed, to: commit, isNew: true, retiring: sealed.lowerTokens), deadline)
            }
            guard isDone else { continue }
            #expect(try await index.head(branch.string) != state.head.hex)
            number += 1
        }
        return 0
    }

    /// Readers that take as long as a request may.
    private static func readSlowly(_ index: TestIndex, until end: ContinuousClock.Instant) async throws -> Int {
        var number = 0
        while .now < end {
            number += 1
            let reader = try index.second(limits: hasty)
            let deadline = ContinuousClock.now + hasty.longestRequest
            do {
                let reference = try await reader.catalog.resolve(
                    try RefExpression("r\(number % runs)"), in: index.repository, for: .objects, deadline: deadline)
                try await Task.sleep(until: deadline - .milliseconds(500))
                try await reader.catalog.tree(reference, deadline).scan(reference.tree) { _, _ in }
            } catch {
                let code = RPCError(cause: error)?.code
                #expect(code == .deadlineExceeded || code == .notFound, "\(error)")
            }
            await reader.catalog.database.shutdown(deadline: .now + .seconds(1))
        }
        return 0
    }

    static let seeds: [UInt64] = [1, UInt64.random(in: 0..<1_000_000)]
}

/// Hands something to the one task that uses it.
private struct Confined<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
