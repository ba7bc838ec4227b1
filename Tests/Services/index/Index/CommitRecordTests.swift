import Cryptography
import Domain
import Testing
import VersionTree
import Wire

@testable import Index

@Suite(.serialized) struct CommitRecordTests {
    /// A commit as it would have been made elsewhere, with the right id.
    private static func commit(
        _ tree: String, parents: [String], message: String = "from afar", created: Int64 = 1_000,
        generation: Int64 = 3, version: Int = 1
    ) throws -> Commit {
        let content = CommitContent(
            parents: parents.compactMap { SHA256Digest(hex: $0) }, committer: "bob", message: message,
            created: created, root: NodeHash(hex: tree), metadata: ["k": "v"])
        return Commit(
            id: CommitID(content.id), parents: try parents.map { try CommitID($0) }, committer: "bob", message: message,
            created: created, metaRangeID: tree, metadata: ["k": "v"], generation: generation, version: version)
    }

    private static func add(
        _ commit: Commit, _ index: TestIndex, operation: OperationID = OperationID(), force: Bool = false
    ) async throws {
        _ = try await index.catalog.createCommitRecord(
            CreateCommitRecord.Request(
                repository: index.repository, commit: commit, force: force, operationID: operation), index.context)
    }

    private static func lake() async throws -> (index: TestIndex, head: Commit) {
        let index = try await TestIndex.make()
        try await index.fill()
        return (index, try await index.commit("main", "first"))
    }

    @Test("A record is a commit like any other: found by id, in logs, merged, with its place in time")
    func record() async throws {
        let (index, head) = try await Self.lake()
        try await index.put("more", "1")
        let tree = try await index.commit("main", "second").metaRangeID
        // Older than its parent by its own date.
        let commit = try Self.commit(tree, parents: [head.id.string])
        try await Self.add(commit, index)
        #expect(try await index.commit(of: commit.id.string) == commit)
        #expect(try await index.second().commit(of: commit.id.string) == commit)
        #expect(try await index.log(commit.id.string) == ["from afar", "first", "Repository created"])
        try await index.branch("theirs", from: commit.id.string)
        #expect(try await index.contents("theirs") == index.contents("main"))
        try await index.put("theirs/a", "1", on: "theirs")
        try await index.commit("theirs", "on it")
        let base = try await index.catalog.findMergeBase(
            FindMergeBase.Request(
                repository: index.repository, source: try RefExpression("theirs"),
                destination: try RefExpression("main")), index.context)
        #expect(base.base == head.id)
        try await index.merge("theirs")
        #expect(try await index.get("theirs/a") == "1")
    }

    @Test("The id must be the hash of the content, and everything it names must be here")
    func refused() async throws {
        let (index, head) = try await Self.lake()
        let (tree, parent) = (head.metaRangeID, head.id.string)
        let absent = String(repeating: "0", count: 64)
        var wrong = try Self.commit(tree, parents: [parent])
        wrong.message = "another"
        await expectError(.invalidArgument, "not the hash") { try await Self.add(wrong, index) }
        await expectError(.notFound, "metarange not found") {
            try await Self.add(try Self.commit(absent, parents: [parent]), index)
        }
        await expectError(.notFound, "commit not found: parent") {
            try await Self.add(try Self.commit(tree, parents: [parent, absent]), index)
        }
        await expectError(.invalidArgument, "generation that follows from the parents is 3") {
            try await Self.add(try Self.commit(tree, parents: [parent], generation: 7), index)
        }
        var strange = try Self.commit(tree, parents: [parent])
        strange.metaRangeID = "xyz"
        await expectError(.invalidArgument, "no tree's id") { try await Self.add(strange, index) }
        await expectError(.alreadyExists) { try await Self.add(head, index) }
        let many = (0..<65).map { _ in parent }
        await expectError(.invalidArgument, "at most 64") {
            try await Self.add(try Self.commit(tree, parents: many), index)
        }
        #expect(try await index.count("commit") == 2)
        // The empty tree need not be there; an old commit knows no generation.
        try await Self.add(try Self.commit("", parents: [], generation: 1), index)
        try await Self.add(try Self.commit(tree, parents: [parent], generation: -1, version: 0), index)
        #expect(try await index.count("commit") == 4)
    }

    @Test("The same call sent again is one call; another of the same commit is told that it exists")
    func repeated() async throws {
        let (index, head) = try await Self.lake()
        let commit = try Self.commit(head.metaRangeID, parents: [head.id.string])
        let operation = OperationID()
        try await Self.add(commit, index, operation: operation)
        try await Self.add(commit, index, operation: operation)
        await expectError(.alreadyExists, "commit already exists") { try await Self.add(commit, index) }
    }

    @Test("Its tree stays, though nothing else needed it and it was about to go")
    func kept() async throws {
        let (index, head) = try await Self.lake()
        try await index.put("loose", "1")
        try await index.fold()
        let rows = try await index.sql("SELECT working_root FROM ref WHERE working_root IS NOT NULL")
        let root = try #require(try rows.first?.digest(0))
        try await index.reset(.all)
        try await index.pass("90 minutes")
        try await index.collect()
        let commit = try Self.commit(root.hex, parents: [head.id.string])
        try await Self.add(commit, index)
        try await index.collectTwice()
        try await index.collectTwice()
        #expect(try await index.second().contents(commit.id.string)["loose"] == "1")
        // Of one that is gone none is made.
        try await index.put("other", "1")
        try await index.fold()
        let gone = try #require(
            try await index.sql("SELECT working_root FROM ref WHERE working_root IS NOT NULL").first?.digest(0))
        try await index.reset(.all)
        #expect(try await index.collectTwice() > 0)
        await expectError(.notFound, "metarange not found") {
            try await Self.add(try Self.commit(gone.hex, parents: [head.id.string]), index)
        }
    }

    @Test("Read-only repositories take one when forced")
    func readOnly() async throws {
        let (index, _) = try await Self.lake()
        let frozen = try await index.bare("frozen", isReadOnly: true)
        let commit = try Self.commit("", parents: [], generation: 1)
        await expectError(.forbidden, "read-only repository") { try await Self.add(commit, frozen) }
        try await Self.add(commit, frozen, force: true)
    }
}
