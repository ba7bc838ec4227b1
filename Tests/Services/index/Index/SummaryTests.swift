import Domain
import Seeded
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct SummaryTests {
    /// Rows as `objects/bytes`.
    private static func sums(_ index: TestIndex, _ reference: String = "main", _ prefixes: String...) async throws
        -> [String]
    {
        try await index.catalog.summarizeObjects(
            SummarizeObjects.Request(
                repository: index.repository, reference: try RefExpression(reference),
                prefixes: prefixes.isEmpty ? [""] : prefixes), index.context
        ).results.map { "\($0.objects)/\($0.bytes)" }
    }

    @Test("Objects and bytes below prefixes of any reference, staged changes included where the reference shows them")
    func sums() async throws {
        let index = try await TestIndex.make()
        #expect(try await Self.sums(index) == ["0/0"])
        for path in ["a/1", "a/2", "b/1", "c"] { try await index.put(path, "12345") }
        #expect(try await Self.sums(index) == ["4/20"])
        #expect(try await Self.sums(index, "main@") == ["0/0"])
        try await index.commit()
        #expect(
            try await Self.sums(index, "main@", "", "a/", "a", "c", "a/1", "d") == [
                "4/20", "2/10", "2/10", "1/5", "1/5", "0/0",
            ])
        try await index.put("a/2", "1234567")
        try await index.put("a/3", "1")
        try await index.delete("b/1", "nothing")
        let expected = ["4/18", "3/13", "0/0"]
        #expect(try await Self.sums(index, "main", "", "a/", "b") == expected)
        #expect(try await Self.sums(index, "main$", "", "a/", "b") == expected)
        try await index.fold()
        #expect(try await Self.sums(index, "main", "", "a/", "b") == expected)
        #expect(try await Self.sums(index, "main@") == ["4/20"])
        await expectError(.notFound) { try await Self.sums(index, "nothing") }
        await expectError(.invalidArgument) {
            try await index.catalog.summarizeObjects(
                SummarizeObjects.Request(
                    repository: index.repository, reference: try RefExpression("main"), prefixes: []), index.context)
        }
    }

    @Test("A sum stays at the greatest number where there is more")
    func greatest() async throws {
        let index = try await TestIndex.make()
        for path in ["a", "b"] {
            var entry = TestIndex.entry(path)
            entry.size = .max
            try await index.put(path, entry)
        }
        #expect(try await Self.sums(index) == ["2/\(Int64.max)"])
        try await index.commit()
        #expect(try await Self.sums(index) == ["2/\(Int64.max)"])
    }

    @Test("Random changes, commits and folds: as adding up a listing tells", arguments: [1, 2])
    func random(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let index = try await TestIndex.make()
        for step in 0..<120 {
            let path = "\(Int.random(in: 0..<3, using: &random))/\(Int.random(in: 0..<30, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6: try await index.put(path, String(repeating: "x", count: Int.random(in: 1..<9, using: &random)))
            case 6..<8: try await index.delete(path)
            case 8: try await index.fold()
            default: try await index.commit(allowsEmpty: true)
            }
            guard step % 5 == 0 else { continue }
            for reference in ["main", "main@"] {
                let contents = try await index.contents(reference)
                let prefix = ["", "1", "2/1", "0/"].randomElement(using: &random) ?? ""
                let below = contents.filter { $0.key.hasPrefix(prefix) }
                let bytes = below.values.reduce(0) { $0 + $1.utf8.count }
                #expect(
                    try await Self.sums(index, reference, prefix) == ["\(below.count)/\(bytes)"],
                    "seed \(seed), step \(step), '\(prefix)' of \(reference)")
            }
        }
    }
}
