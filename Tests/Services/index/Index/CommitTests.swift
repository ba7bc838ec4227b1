import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct CommitTests {
    @Test("A commit tells who, what, when and from where")
    func fields() async throws {
        let index = try await TestIndex.make(now: { 1_234 })
        let root = try await index.commit(of: "main")
        try await index.put("a", "1")
        let commit = try await index.commit("main", "first", metadata: ["k": "v"])
        #expect(commit.parents == [root.id] && commit.generation == 2)
        #expect(commit.committer == "alice" && commit.message == "first" && commit.metadata == ["k": "v"])
        #expect(commit.created == 1_234 && commit.metaRangeID.count == 64)
        #expect(try await index.commit(of: "main") == commit)
        try await index.delete("a")
        let dated = try await index.commit("main", "second", date: 77)
        #expect(dated.created == 77 && dated.generation == 3 && dated.metaRangeID != commit.metaRangeID)
    }

    @Test("Nothing to commit is an error unless allowed, and then keeps the tree")
    func empty() async throws {
        let index = try await TestIndex.make()
        await expectError(.noChanges, "no changes") { try await index.commit() }
        let empty = try await index.commit(allowsEmpty: true)
        #expect(empty.metaRangeID.isEmpty)
        try await index.put("a", "1")
        let full = try await index.commit()
        #expect(try await index.commit(allowsEmpty: true).metaRangeID == full.metaRangeID)
        await expectError(.notFound, "branch not found") { try await index.commit("nothing") }
    }

    @Test("Equal content is an equal tree, whatever the way to it, folded or not")
    func canonical() async throws {
        let index = try await TestIndex.make()
        try await index.put("kept", "1")
        let base = try await index.commit()
        let kept = try await index.entry("kept")
        for isFolded in [false, true] {
            try await index.put("kept", "2")
            try await index.put("new", "3")
            if isFolded { try await index.fold() }
            try await index.put("kept", "1")
            try await index.delete("new")
            if isFolded { try await index.fold() }
            try await index.put("other", "\(isFolded)")
            let commit = try await index.commit()
            // The entry of equal content is still the first one.
            #expect(try await index.entry("kept") == kept)
            try await index.delete("other")
            if isFolded { try await index.fold() }
            let back = try await index.commit()
            #expect(back.metaRangeID == base.metaRangeID && commit.metaRangeID != base.metaRangeID)
        }
    }

    @Test("A commit takes everything staged before it and leaves what comes after")
    func takes() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.fold()
        try await index.put("b", "2")
        try await index.delete("a")
        try await index.put("c", "3")
        try await index.commit()
        try await index.put("d", "4")
        #expect(try await index.list("main@") == ["b=2", "c=3"])
        #expect(try await index.uncommitted() == ["+d"])
    }

    @Test("The same call sent again makes one commit and gives the same answer")
    func repeated() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let operation = OperationID()
        let first = try await index.commit(operation: operation)
        try await index.put("b", "1")
        let other = try index.second()
        #expect(try await other.commit(operation: operation) == first)
        #expect(try await index.uncommitted() == ["+b"])
    }

    @Test("A given tree is committed onto a clean branch")
    func givenTree() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let first = try await index.commit()
        try await index.put("a", "2")
        try await index.commit()
        func commit(_ tree: String) async throws -> Commit {
            try await index.catalog.createCommit(
                CreateCommit.Request(
                    repository: index.repository, branch: try BranchName("main"), message: "", sourceMetaRange: tree),
                index.context)
        }
        #expect(try await commit(first.metaRangeID).metaRangeID == first.metaRangeID)
        #expect(try await index.get("a") == "1")
        await expectError(.noChanges) { try await commit(first.metaRangeID) }
        await expectError(.invalidArgument) { try await commit("nonsense") }
        await expectError(.notFound) { try await commit(String(repeating: "1", count: 64)) }
        try await index.put("b", "1")
        await expectError(.dirtyBranch) { try await commit(first.metaRangeID) }
    }

    @Test("Commits that race all succeed, or find that another took their changes along")
    func race() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        let outcomes = await withTaskGroup(of: Result<Commit, any Error>.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let own = number % 2 == 0 ? index : other
                    do {
                        try await own.put("file-\(number)", "\(number)")
                        return .success(try await own.commit("main", "\(number)"))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: [Result<Commit, any Error>]()) { $0.append($1) }
        }
        for outcome in outcomes {
            if case .failure(let error) = outcome { #expect((error as? RPCError)?.code == .noChanges, "\(error)") }
        }
        #expect(try await index.list("main@").count == 16)
        #expect(try await index.uncommitted() == [])
        #expect(try await index.count("turn") == 0)
        let commits = outcomes.compactMap { try? $0.get() }
        #expect(try await index.log().count == commits.count + 1)
    }

    @Test("Who goes away while waiting leaves nothing locked")
    func cancelled() async throws {
        let index = try await TestIndex.make()
        let waiting = (0..<6).map { number in
            Task { try await index.commit("main", "\(number)", allowsEmpty: true) }
        }
        for task in waiting { task.cancel() }
        for task in waiting { _ = await task.result }
        let start = ContinuousClock.now
        try await index.put("a", "1")
        try await index.commit()
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("Names and order of a listing with staged rows over a tree")
    func listing() async throws {
        let index = try await TestIndex.make()
        for path in ["a/1", "a/2", "b", "c/x/1", "c/y", "d"] { try await index.put(path, "1") }
        try await index.commit()
        try await index.delete("a/1", "a/2", "d")
        for path in ["B", "c/x/2", "e/1", "é"] { try await index.put(path, "2") }
        for isFolded in [false, true] {
            if isFolded { try await index.fold() }
            #expect(try await index.list() == ["B=2", "b=1", "c/x/1=1", "c/x/2=2", "c/y=1", "e/1=2", "é=2"])
            #expect(try await index.list(delimiter: "/") == ["B=2", "b=1", "c/", "e/", "é=2"])
            for amount in 1...3 {
                #expect(try await index.list(delimiter: "/", amount: amount) == ["B=2", "b=1", "c/", "e/", "é=2"])
                #expect(try await index.list(prefix: "c/", delimiter: "/", amount: amount) == ["c/x/", "c/y=1"])
            }
            #expect(try await index.list(prefix: "c/x") == ["c/x/1=1", "c/x/2=2"])
            #expect(try await index.list(prefix: "c", delimiter: "/x") == ["c/x", "c/y=1"])
            #expect(try await index.list(prefix: "nothing") == [])
        }
        await expectError(.invalidArgument) { try await index.page(amount: 1_001) }
        await expectError(.invalidArgument) { try await index.page(amount: 0) }
    }
}
