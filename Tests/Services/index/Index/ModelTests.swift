import Domain
import Testing
import Wire

@testable import Index

/// Random operations on the index and on a plain model beside it.
@Suite(.serialized) struct ModelTests {
    @Test("Random sequences do to the index what they do to a plain model", arguments: seeds)
    func sequences(_ seed: UInt64) async throws {
        print("model seed \(seed)")
        let index = try await TestIndex.make()
        let run = ModelRun(index: index, other: try index.second(), seed: seed, root: try await index.head())
        for step in 0..<160 {
            do {
                try await run.step()
            } catch {
                Issue.record("seed \(seed), step \(step): \(run.last): \(error)")
                return
            }
        }
        try await run.checkAll()
    }

    /// Some that are always run, and one that is always another.
    static let seeds: [UInt64] = [1, 2, 3, 4, UInt64.random(in: 0..<1_000_000)]
}
