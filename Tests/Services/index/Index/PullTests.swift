import Domain
import Testing
import Wire

@testable import Index

@Suite("Pull requests", .serialized)
struct PullTests {
    private static func create(
        _ index: TestIndex, _ source: String = "dev", into destination: String = "main", title: String = "Take it",
        id: PullRequestID = .make(now: 1_773_500_966_000), as user: String = "ada"
    ) async throws -> PullRequest {
        try await index.catalog.createPull(
            CreatePull.Request(
                repository: index.repository, id: id, title: title, text: "why", source: try BranchName(source),
                destination: try BranchName(destination)), TestIndex.context(as: user))
    }

    private static func get(_ index: TestIndex, _ id: PullRequestID) async throws -> PullRequest {
        try await index.catalog.getPull(GetPull.Request(repository: index.repository, id: id), index.context)
    }

    private static func update(
        _ index: TestIndex, _ id: PullRequestID, title: String? = nil, text: String? = nil, isOpen: Bool? = nil
    ) async throws {
        _ = try await index.catalog.updatePull(
            UpdatePull.Request(repository: index.repository, id: id, title: title, text: text, isOpen: isOpen),
            index.context)
    }

    private static func merge(
        _ index: TestIndex, _ id: PullRequestID, operation: OperationID = OperationID()
    ) async throws -> Commit {
        try await index.catalog.mergePull(
            MergePull.Request(repository: index.repository, id: id, operationID: operation),
            TestIndex.context(as: "bob"))
    }

    private static func list(
        _ index: TestIndex, isOpen: Bool? = nil, prefix: String = "", after: String = "", amount: Int = 100
    ) async throws -> Listed<PullRequest> {
        try await index.catalog.listPulls(
            ListPulls.Request(
                repository: index.repository, isOpen: isOpen,
                range: ListRange(prefix: prefix, after: after, amount: amount)), index.context)
    }

    /// A repository whose branch `dev` has a commit that `main` has not.
    private static func make() async throws -> TestIndex {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.put("a", "1", on: "dev")
        _ = try await index.commit("dev")
        return index
    }

    @Test("is opened, shown, changed, closed and opened again")
    func life() async throws {
        let index = try await Self.make()
        let made = try await Self.create(index)
        #expect(made.state == .open && made.author == "ada" && made.title == "Take it" && made.text == "why")
        #expect(made.source.string == "dev" && made.destination.string == "main")
        #expect(made.closed == nil && made.mergedCommit == nil)
        #expect(try await Self.get(index, made.id) == made)
        try await Self.update(index, made.id, title: "Better")
        #expect(try await Self.get(index, made.id).title == "Better")
        #expect(try await Self.get(index, made.id).text == "why")
        try await Self.update(index, made.id, text: "", isOpen: false)
        let closed = try await Self.get(index, made.id)
        #expect(closed.state == .closed && closed.text.isEmpty && closed.closed != nil)
        // Closing what is closed changes nothing.
        try await Self.update(index, made.id, isOpen: false)
        #expect(try await Self.get(index, made.id) == closed)
        try await Self.update(index, made.id, isOpen: true)
        #expect(try await Self.get(index, made.id).closed == nil)
    }

    @Test("is merged with its branches, both or neither")
    func merges() async throws {
        let index = try await Self.make()
        let pull = try await Self.create(index)
        let operation = OperationID()
        let commit = try await Self.merge(index, pull.id, operation: operation)
        #expect(commit.message == "Merge 'dev' into 'main'" && commit.committer == "bob")
        #expect(try await index.commit(of: "main").id == commit.id)
        let merged = try await Self.get(index, pull.id)
        #expect(merged.state == .merged && merged.mergedCommit == commit.id && merged.closed != nil)
        // The same call again is the same call; another is refused.
        #expect(try await Self.merge(index, pull.id, operation: operation) == commit)
        await expectError(.invalidArgument, "bad pull request status") { _ = try await Self.merge(index, pull.id) }
        await expectError(.invalidArgument, "bad pull request status") {
            try await Self.update(index, pull.id, isOpen: true)
        }
        try await Self.update(index, pull.id, title: "Taken")
        #expect(try await Self.get(index, pull.id).state == .merged)
    }

    @Test("stays open where its branches cannot be merged")
    func refused() async throws {
        let index = try await Self.make()
        let pull = try await Self.create(index)
        try await index.put("a", "2")
        _ = try await index.commit()
        let head = try await index.commit(of: "main").id
        await expectError(.conflict) { _ = try await Self.merge(index, pull.id) }
        let same = try await Self.create(index, "main", into: "dev", id: .make(now: 1))
        let other = try await Self.create(index, id: .make(now: 2))
        try await Self.update(index, other.id, isOpen: false)
        await expectError(.invalidArgument, "bad pull request status") { _ = try await Self.merge(index, other.id) }
        #expect(try await index.commit(of: "main").id == head)
        #expect(try await Self.get(index, pull.id).state == .open)
        #expect(try await Self.get(index, same.id).state == .open)
    }

    @Test("is refused for branches that are not there, for one branch, and where a text is too long")
    func invalid() async throws {
        let index = try await Self.make()
        await expectError(.notFound, "branch not found") { _ = try await Self.create(index, "none") }
        await expectError(.notFound, "branch not found") { _ = try await Self.create(index, into: "none") }
        try await index.tag("v1")
        await expectError(.notFound, "branch not found") { _ = try await Self.create(index, "v1-") }
        await expectError(.invalidArgument) { _ = try await Self.create(index, "main") }
        await expectError(.invalidArgument) {
            _ = try await Self.create(index, title: String(repeating: "x", count: PullRequest.maxTitleBytes + 1))
        }
        let none = PullRequestID.make(now: 3)
        await expectError(.notFound, "pull request not found") { _ = try await Self.get(index, none) }
        await expectError(.notFound, "pull request not found") { try await Self.update(index, none, title: "x") }
        await expectError(.notFound, "pull request not found") { _ = try await Self.merge(index, none) }
        #expect(try await Self.list(index).results.isEmpty)
    }

    @Test("asking twice for the same one makes one")
    func repeated() async throws {
        let index = try await Self.make()
        let id = PullRequestID.make(now: 5)
        let first = try await Self.create(index, id: id)
        #expect(try await Self.create(index, id: id) == first)
        #expect(try await Self.list(index).results.count == 1)
    }

    @Test("are listed newest first, page by page, by their state")
    func lists() async throws {
        let index = try await Self.make()
        var ids: [PullRequestID] = []
        for number in 0..<7 { ids.append(try await Self.create(index, id: .make(now: Int64(number) * 1_000)).id) }
        try await Self.update(index, ids[1], isOpen: false)
        _ = try await Self.merge(index, ids[3])
        func all(_ isOpen: Bool?) async throws -> [PullRequestID] {
            var (found, after): ([PullRequestID], String) = ([], "")
            while true {
                let page = try await Self.list(index, isOpen: isOpen, after: after, amount: 2)
                found += page.results.map(\.id)
                guard page.hasMore, let last = found.last else { return found }
                after = last.string
            }
        }
        #expect(try await all(nil) == ids.reversed())
        #expect(try await all(false) == [ids[3], ids[1]])
        #expect(try await all(true) == ids.reversed().filter { $0 != ids[1] && $0 != ids[3] })
        #expect(try await Self.list(index, prefix: ids[2].string).results.map(\.id) == [ids[2]])
    }

    @Test("Merging and closing at once: it is one of the two, and the branch says the same")
    func rivals() async throws {
        for _ in 0..<10 {
            let index = try await Self.make()
            let pull = try await Self.create(index)
            let before = try await index.commit(of: "main").id
            async let merged = try? Self.merge(index, pull.id)
            async let closed: Void? = try? Self.update(index, pull.id, isOpen: false)
            _ = await (merged, closed)
            let (after, state) = (try await index.commit(of: "main").id, try await Self.get(index, pull.id))
            #expect((after != before) == (state.state == .merged))
            #expect(state.state == .merged ? state.mergedCommit == after : state.state == .closed)
        }
    }

    @Test("Two merges of the same one make one commit")
    func twice() async throws {
        let index = try await Self.make()
        let pull = try await Self.create(index)
        let commits = await withTaskGroup(of: Commit?.self) { group in
            for _ in 0..<4 { group.addTask { try? await Self.merge(index, pull.id) } }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(commits.count == 1)
        #expect(try await Self.get(index, pull.id).mergedCommit == commits.first?.id)
    }
}
