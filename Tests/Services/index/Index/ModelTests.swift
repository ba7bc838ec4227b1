import Domain
import Glibc
import Testing
import Wire

@testable import Index

/// Random operations on the index and on a plain model beside it.
///
/// `TARN_TEST_SEEDS` more seeds are tried where it is set, each of `TARN_TEST_STEPS` steps; `TARN_SEED` alone tries one.
@Suite(.serialized) struct ModelTests {
    @Test("Random sequences do to the index what they do to a plain model", arguments: seeds)
    func sequences(_ seed: UInt64) async throws {
        print("model seed \(seed)")
        let index = try await TestIndex.make()
        // Trees of one node and of several, and entries that are told apart by their address or not.
        let padding = seed % 2 == 0 ? 0 : 4_000
        let areSame = seed % 3 != 0
        let run = ModelRun(
            index: index, other: try index.second(), seed: seed, root: try await index.commit(of: "main"),
            areEntriesSame: areSame,
            entry: { content in
                var entry = TestIndex.sameEntry(content, padding: padding)
                if !areSame { entry.address = TestIndex.entry(content).address }
                return entry
            })
        for _ in 0..<Self.steps {
            do {
                try await run.step()
            } catch {
                Issue.record("\(run.last): \(error)")
                return
            }
        }
        run.last = "at the end"
        try await run.checkAll()
        try await index.collectTwice()
        #expect(try await index.nodes() == index.reachable(), "seed \(seed)")
    }

    private static func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static let steps = setting("TARN_TEST_STEPS").flatMap(Int.init) ?? 500

    /// Some that are always run, and one that is always another.
    static let seeds: [UInt64] = {
        if let seed = setting("TARN_SEED").flatMap(UInt64.init) { return [seed] }
        let more = setting("TARN_TEST_SEEDS").flatMap(Int.init) ?? 1
        return [1, 2, 3] + (0..<more).map { _ in UInt64.random(in: 4..<1_000_000_000) }
    }()
}
