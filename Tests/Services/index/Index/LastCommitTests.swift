import Domain
import Seeded
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct LastCommitTests {
    /// Rows as `path=message`, `?` before the message of a commit that may not be the one, `*` behind what holds staged changes.
    private static func rows(
        _ index: TestIndex, _ reference: String = "main", prefix: String = "", delimiter: String = "/",
        amount: Int = 1_000
    ) async throws -> [String] {
        var rows: [String] = []
        var after = ""
        while true {
            let page = try await index.catalog.listLastCommits(
                ListLastCommits.Request(
                    repository: index.repository, reference: try RefExpression(reference),
                    range: ListRange(prefix: prefix, after: after, amount: amount), delimiter: delimiter), index.context
            )
            for row in page.results {
                #expect(row.isPrefix == (row.size == nil))
                let commit = row.commit.map { (row.isExact ? "" : "?") + $0.message } ?? "-"
                rows.append("\(row.path)=\(commit)\(row.isStaged ? "*" : "")")
                after = row.path
            }
            if !page.hasMore { return rows }
        }
    }

    private static func change(_ index: TestIndex, _ message: String, on branch: String = "main", _ paths: String...)
        async throws
    {
        for path in paths { try await index.put(path, "\(message) \(path)", on: branch) }
        try await index.commit(branch, message)
    }

    @Test("Each object has the commit that made it what it is, each folder the last that changed anything below")
    func linear() async throws {
        let index = try await TestIndex.make()
        try await Self.change(index, "one", "a/1", "a/2", "b/1", "c", "d/1", "d/2")
        try await Self.change(index, "two", "a/2", "e")
        try await index.delete("d/1", "e")
        try await index.commit("main", "three")
        // There and back again is a change.
        try await index.put("c", "other")
        try await index.commit("main", "four")
        try await index.put("c", "one c")
        try await index.commit("main", "five")
        let expected = ["a/=two", "b/=one", "c=five", "d/=three"]
        for amount in [1, 2, 1_000] { #expect(try await Self.rows(index, amount: amount) == expected) }
        #expect(try await Self.rows(index, prefix: "a/") == ["a/1=one", "a/2=two"])
        #expect(try await Self.rows(index, prefix: "d") == ["d/=three"])
        #expect(try await Self.rows(index, delimiter: "") == ["a/1=one", "a/2=two", "b/1=one", "c=five", "d/2=one"])
        #expect(try await Self.rows(index, "main~3") == ["a/=two", "b/=one", "c=one", "d/=one", "e=two"])
        #expect(try await Self.rows(index, prefix: "x") == [])
        await expectError(.notFound) { try await Self.rows(index, "nothing") }
        await expectError(.invalidArgument) { try await Self.rows(index, amount: 0) }
    }

    @Test("Behind a merge, the commit of the side that a row came from; the merge itself for what came from both")
    func merges() async throws {
        let index = try await TestIndex.make()
        try await Self.change(index, "base", "a/1", "b/1", "c/1", "d")
        try await index.branch("dev")
        try await Self.change(index, "ours", "a/1", "c/2")
        try await Self.change(index, "theirs", on: "dev", "b/1", "c/3")
        _ = try await index.catalog.mergeBranch(
            MergeBranch.Request(
                repository: index.repository, source: try RefExpression("dev"), destination: try BranchName("main"),
                message: "merge"), index.context)
        #expect(try await Self.rows(index) == ["a/=ours", "b/=theirs", "c/=merge", "d=base"])
        #expect(try await Self.rows(index, prefix: "c/") == ["c/1=base", "c/2=ours", "c/3=theirs"])
    }

    @Test("Staged changes are marked, and what is only staged has no commit")
    func staged() async throws {
        let index = try await TestIndex.make()
        try await Self.change(index, "one", "a/1", "b/1", "c", "d/1", "d/2")
        try await index.put("a/2", "new")
        try await index.put("c", "changed")
        try await index.delete("d/1")
        try await index.put("e/1", "new")
        try await index.put("f", "new")
        // The same content again is no change.
        try await index.put("b/1", "one b/1")
        let expected = ["a/=one*", "b/=one", "c=one*", "d/=one*", "e/=-*", "f=-*"]
        #expect(try await Self.rows(index) == expected)
        try await index.fold()
        #expect(try await Self.rows(index) == expected)
        #expect(try await Self.rows(index, "main@") == ["a/=one", "b/=one", "c=one", "d/=one"])
        try await index.put("g", "new")
        #expect(try await Self.rows(index, amount: 1) == expected + ["g=-*"])
    }

    @Test("The search ends after so many commits and says so")
    func depth() async throws {
        var limits = TestIndex.quiet
        limits.lastCommitDepth = 2
        let index = try await TestIndex.make(limits: limits)
        try await Self.change(index, "one", "a", "b", "c")
        for message in ["two", "three"] { try await Self.change(index, message, "c") }
        #expect(try await Self.rows(index) == ["a=?one", "b=?one", "c=three"])
        try await Self.change(index, "four", "b")
        #expect(try await Self.rows(index) == ["a=?two", "b=four", "c=three"])
    }

    @Test("Random histories: as going over every commit tells", arguments: [1, 2, 3])
    func random(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let index = try await TestIndex.make()
        var last: [String: String] = [:]
        var contents: [String: String] = [:]
        for number in 0..<40 {
            var staged = contents
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let path = "\(Int.random(in: 0..<4, using: &random))/\(Int.random(in: 0..<5, using: &random))"
                if Int.random(in: 0..<4, using: &random) == 0 {
                    try await index.delete(path)
                    staged[path] = nil
                } else {
                    let content = "\(Int.random(in: 0..<3, using: &random))"
                    try await index.put(path, content)
                    staged[path] = content
                }
            }
            guard staged != contents else { continue }
            try await index.commit("main", "\(number)")
            for path in Set(staged.keys).union(contents.keys) where staged[path] != contents[path] {
                last[path] = staged[path].map { _ in "\(number)" }
                last[path.prefix(2) + ""] = "\(number)"
            }
            contents = staged
            let prefixes = Set(contents.keys.map { "\($0.prefix(2))" })
            let folders = prefixes.sorted().map { "\($0)=\(last[$0] ?? "")" }
            #expect(try await Self.rows(index) == folders, "seed \(seed), step \(number)")
            let all = contents.keys.sorted().map { "\($0)=\(last[$0] ?? "")" }
            #expect(try await Self.rows(index, delimiter: "", amount: 7) == all, "seed \(seed), step \(number)")
        }
    }
}
