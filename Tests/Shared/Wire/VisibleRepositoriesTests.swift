import Domain
import Seeded
import Testing
import Wire

@Suite("Pages of what may be seen")
struct VisibleRepositoriesTests {
    private static func repository(_ number: Int) throws -> Repository {
        Repository(
            id: Int64(number), name: try RepositoryName("r\(10_000 + number)"),
            storageNamespace: try StorageNamespace("local://r"), defaultBranch: try BranchName("main"), created: 0,
            isReadOnly: false, isBare: false)
    }

    @Test("hold each visible row once, are full but for the last, and end exactly", arguments: Fuzz.seeds)
    func pages(seed: UInt64) async throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let all = try (0..<random.below(3_000)).map { try Self.repository($0) }
            let share = random.below(100)
            let visible = Set(all.filter { _ in random.below(100) < share }.map(\.id))
            let amount = 1 + random.below(random.below(2) == 0 ? 20 : 1_000)
            var (found, after, calls): ([Int64], String?, Int) = ([], "", 0)
            while let from = after {
                let page = await VisibleRepositories.gather(
                    ListRange(after: from, amount: amount), lookingAt: .max, isVisible: { visible.contains($0.id) }
                ) { range in
                    calls += 1
                    #expect((1...1_000).contains(range.amount))
                    let rest = all.drop { $0.name.string <= range.after }
                    return Listed(results: Array(rest.prefix(range.amount)), hasMore: rest.count > range.amount)
                }
                #expect(page.next == nil || page.results.count == amount)
                found += page.results.map(\.id)
                #expect((page.next == nil) == (found.count == visible.count))
                after = page.next
                try #require(found.count <= visible.count)
            }
            #expect(found == visible.sorted())
            if visible.count == all.count { #expect(calls <= 2 + 2 * all.count / amount) }
        }
    }

    @Test("look at no more rows than stated, and go on behind them")
    func bounded() async throws {
        let all = try (0..<5_000).map { try Self.repository($0) }
        var (found, after, lookedAt): ([Int64], String?, [Int]) = ([], "", [])
        while let from = after {
            var rows = 0
            let page = await VisibleRepositories.gather(
                ListRange(after: from, amount: 10), lookingAt: 1_500, isVisible: { $0.id == 4_321 }
            ) { range in
                let rest = all.drop { $0.name.string <= range.after }
                rows += min(rest.count, range.amount)
                return Listed(results: Array(rest.prefix(range.amount)), hasMore: rest.count > range.amount)
            }
            found += page.results.map(\.id)
            lookedAt.append(rows)
            after = page.next
        }
        #expect(found == [4_321])
        #expect(lookedAt.allSatisfy { $0 < 2_500 } && lookedAt.count > 1)
    }
}
