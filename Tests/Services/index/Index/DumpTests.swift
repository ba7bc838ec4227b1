import Cryptography
import Domain
import JSONCodec
import TestSupport
import Testing
import VersionTree
import Wire

@testable import Index

@Suite(.serialized) struct DumpTests {
    /// Branches that went apart and came together, tags, a hidden branch, a deleted one, and something staged.
    private static func lake() async throws -> (index: TestIndex, deleted: String) {
        let index = try await TestIndex.make()
        try await index.fill()
        try await index.commit("main", "first", metadata: ["k": "v", "ä": "ö"], date: 100)
        try await index.tag("v1.0")
        try await index.branch("dev")
        try await index.put("dev/a", "1", on: "dev")
        try await index.commit("dev", "on dev", date: 50)
        try await index.put("main/a", "1")
        try await index.commit("main", "on main")
        try await index.merge("dev")
        try await index.branch("secret", isHidden: true)
        try await index.branch("gone")
        try await index.put("gone/a", "1", on: "gone")
        let deleted = try await index.commit("gone", "of a deleted branch").id.string
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName("gone")), index.context)
        try await index.put("staged", "1", on: "dev")
        return (index, deleted)
    }

    @Test("Every branch, tag, commit and object is there again, under the same ids, and life goes on")
    func whole() async throws {
        let (index, deleted) = try await Self.lake()
        let bare = try await index.bare("copy")
        try await bare.restore(try await index.dump())

        #expect(try await bare.references() == index.references())
        #expect(try await bare.references().contains { $0.hasPrefix("hidden branch secret") })
        for reference in ["main", "v1.0", "secret", deleted] {
            #expect(try await bare.second().contents(reference) == index.contents(reference))
            #expect(try await bare.log(reference) == index.log(reference))
        }
        #expect(try await bare.contents("dev") == index.contents("dev@"), "what was staged is not dumped")
        #expect(try await bare.commit(of: "main~1") == index.commit(of: "main~1"))

        // Under the same salt equal contents are equal trees.
        for each in [index, bare] {
            try await each.put("after", TestIndex.sameEntry("2"))
            try await each.commit("main", "after")
        }
        #expect(try await bare.commit(of: "main").metaRangeID == index.commit(of: "main").metaRangeID)
        try await bare.put("dev/b", "1", on: "dev")
        try await bare.commit("dev")
        try await bare.merge("dev")
        #expect(try await bare.get("dev/b") == "1")
        let moves = try await bare.catalog.listRefLog(
            ListRefLog.Request(repository: bare.repository, reference: "v1.0", amount: 10), bare.context)
        #expect(moves.results.map(\.action) == ["restore"] && moves.results[0].actor == "alice")
    }

    @Test("The dumped repository may be gone, with everything it had; nothing restored is collected")
    func deleted() async throws {
        let (index, _) = try await Self.lake()
        let (dump, contents) = (try await index.dump(), try await index.contents("main"))
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: index.repository), index.context)
        try await index.sql("UPDATE repository SET deleted = deleted - interval '1 hour' WHERE deleted IS NOT NULL")
        await Upkeep(index.catalog).round()
        #expect(try await index.count("node") == 0)
        let bare = try await index.bare("repo-one")
        try await bare.restore(dump)
        #expect(try await bare.contents("main") == contents)
        #expect(try await bare.collectTwice() == 0)
        #expect(try await bare.second().contents("main") == contents)
        #expect(try await index.count("dumped") == 0, "swept with the repository")
    }

    @Test("A dump is of one moment, whatever is committed, moved and deleted while it is read")
    func snapshot() async throws {
        let (index, _) = try await Self.lake()
        _ = try await index.submitDump()
        let job = try await index.leaseTask(.dumpRefs)
        let before = try await index.references()
        let repository = try await index.beginDump(job)
        try await index.put("late", "1")
        try await index.commit("main", "late")
        try await index.branch("late")
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        // Whoever takes the job over gets the same.
        #expect(try await index.beginDump(job) == repository)
        let dump = try await index.read(job, repository)
        let bare = try await index.bare("copy")
        try await bare.restore(dump)
        #expect(try await bare.references() == before)
        #expect(!(try await bare.log("main").contains("late")))
    }

    @Test("Until its end a restore shows nothing; one that fails or whose repository goes leaves nothing")
    func unseen() async throws {
        let (index, _) = try await Self.lake()
        let (dump, total) = (try await index.dump(), try await index.count("repository"))
        func check(_ bare: TestIndex) async throws {
            #expect(try await bare.references() == [])
            await expectError(.notFound) { try await bare.commit(of: dump.rows[.commits]?.commits.first?.id ?? "") }
            let all = try await index.catalog.listRepositories(
                ListRepositories.Request(range: ListRange()), index.context)
            #expect(all.results.map(\.name) == [bare.repository, index.repository].sorted { $0.string < $1.string })
        }
        let failing = try await index.bare("failing")
        let id = try await failing.submitRestore()
        let job = try await failing.leaseTask(.restoreRefs)
        try await failing.fill(job, dump)
        try await check(failing)
        try await failing.finish(job, error: "the disk is full")
        let state = try await failing.task(.restoreRefs, id)
        #expect(state.isDone && state.error == "the disk is full")
        await expectError(.conflict) { try await failing.put(.tags, of: dump, job) }
        // It may be tried again, and be done.
        try await failing.restore(dump)
        #expect(try await failing.references() == index.references())
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: failing.repository), index.context)

        let going = try await index.bare("going")
        _ = try await going.submitRestore()
        let second = try await going.leaseTask(.restoreRefs)
        try await going.fill(second, dump)
        try await check(going)
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: going.repository), index.context)
        await expectError(.notFound) { try await going.finishRestore(second) }
        let upkeep = Upkeep(index.catalog)
        for _ in 0..<3 {
            try await index.sql("UPDATE repository SET deleted = deleted - interval '1 hour' WHERE deleted IS NOT NULL")
            await upkeep.round()
        }
        #expect(try await index.count("repository") == total)
        #expect(try await index.sql("SELECT DISTINCT repository FROM node").count == 1)
        #expect(try await index.sql("SELECT DISTINCT repository FROM commit").count == 1)
    }

    @Test("Every step may be taken twice, and by another worker after half of them")
    func repeated() async throws {
        let (index, _) = try await Self.lake()
        let dump = try await index.dump()
        let bare = try await index.bare("copy")
        let operation = OperationID()
        let id = try await bare.submitRestore(operation: operation)
        #expect(try await bare.submitRestore(operation: operation) == id)
        let job = try await bare.leaseTask(.restoreRefs)
        try await bare.beginRestore(job, dump)
        try await bare.put(.commits, of: dump, job)
        try await bare.put(Array(dump.nodes.keys.sorted().prefix(4)), of: dump, job)
        try await index.sql("UPDATE job SET ends = now() - interval '1 second' WHERE ends IS NOT NULL")
        let next = try await bare.leaseTask(.restoreRefs)
        #expect(next.id == job.id && next.fencing == job.fencing + 1)
        await expectError(.conflict) { try await bare.put(.tags, of: dump, job) }
        await expectError(.conflict) { _ = try await bare.missing(job) }
        try await bare.fill(next, dump)
        try await bare.fill(next, dump)
        try await bare.finishRestore(next)
        await expectError(.conflict) { try await bare.finishRestore(next) }
        #expect(try await bare.references() == index.references())
        #expect(try await bare.task(.restoreRefs, id).isDone)
        #expect(try await bare.submitRestore(operation: operation) == id)
    }

    @Test("Only a bare repository is restored into, and of two restores the first to end has it")
    func bareOnly() async throws {
        let (index, _) = try await Self.lake()
        let dump = try await index.dump()
        await expectError(.invalidArgument, "can only restore into a bare repository") {
            try await index.submitRestore()
        }
        let frozen = try await index.bare("frozen", isReadOnly: true)
        await expectError(.forbidden) { try await frozen.submitRestore() }
        _ = try await frozen.submitRestore(force: true)
        try await frozen.finish(try await frozen.leaseTask(.restoreRefs), error: "stop")

        let bare = try await index.bare("copy")
        _ = try await bare.submitRestore()
        let first = try await bare.leaseTask(.restoreRefs)
        let late = try await bare.submitRestore()
        let second = try await bare.leaseTask(.restoreRefs)
        try await bare.fill(first, dump)
        try await bare.fill(second, dump)
        try await bare.finishRestore(second)
        await expectError(.conflict) { try await bare.finishRestore(first) }
        #expect(try await bare.task(.restoreRefs, late).isDone)
        #expect(try await bare.references() == index.references())
        await expectError(.invalidArgument, "can only restore into a bare repository") {
            try await bare.submitRestore()
        }
        // The other one is still to be done, and cannot be.
        try await index.sql("UPDATE job SET ends = now() - interval '1 second' WHERE ends IS NOT NULL")
        let again = try await bare.leaseTask(.restoreRefs)
        await expectError(.invalidArgument, "can only restore into a bare repository") {
            try await bare.finishRestore(again)
        }
    }

    @Test("What the repository was made with stays: its settings, its age, its name's first call")
    func settings() async throws {
        let (index, _) = try await Self.lake()
        let dump = try await index.dump()
        let bare = try await index.bare("copy")
        _ = try await index.catalog.setProtection(
            SetProtection.Request(repository: bare.repository, patterns: ["main"]), index.context)
        _ = try await index.catalog.changeRepositoryMetadata(
            ChangeRepositoryMetadata.Request(repository: bare.repository, set: ["a": "1"]), index.context)
        let before = try await bare.catalog.getRepository(GetRepository.Request(name: bare.repository), bare.context)
        try await bare.restore(dump)
        let after = try await bare.catalog.getRepository(GetRepository.Request(name: bare.repository), bare.context)
        #expect(before.created == after.created && before.storageNamespace == after.storageNamespace)
        #expect(!after.isBare && after.id != before.id)
        await expectError(.forbidden) { try await bare.put("x", "1") }
        let metadata = try await bare.catalog.getRepositoryMetadata(
            GetRepositoryMetadata.Request(repository: bare.repository), bare.context)
        #expect(metadata.values == ["a": "1"])
    }

    @Test("A default branch that was not dumped is the dumped repository's")
    func defaultBranch() async throws {
        let (index, _) = try await Self.lake()
        let dump = try await index.dump()
        for (wanted, expected) in [("dev", "dev"), ("trunk", "main")] {
            let bare = index.with(TestIndex.named("copy-\(wanted)"))
            _ = try await index.catalog.createRepository(
                CreateRepository.Request(
                    name: bare.repository, storageNamespace: try StorageNamespace("local://repo-one"),
                    defaultBranch: try BranchName(wanted), isBare: true), index.context)
            try await bare.restore(dump)
            let made = try await bare.catalog.getRepository(GetRepository.Request(name: bare.repository), bare.context)
            #expect(made.defaultBranch.string == expected)
        }
    }

    @Test("A dump that was tampered with is refused")
    func tampered() async throws {
        let (index, _) = try await Self.lake()
        let dump = try await index.dump()
        let bare = try await index.bare("copy")
        _ = try await bare.submitRestore()
        let job = try await bare.leaseTask(.restoreRefs)
        func refused(
            _ words: String, _ code: RPCError.Code = .invalidArgument, _ change: (inout HeldDump) throws -> Void
        ) async throws {
            var changed = dump
            try change(&changed)
            await expectError(code, words) { try await bare.fill(job, changed) }
            try await index.sql("UPDATE job SET target = NULL WHERE target IS NOT NULL")
        }
        let newest = try #require(
            dump.rows[.commits]?.commits.indices.max {
                (dump.rows[.commits]?.commits[$0].generation ?? 0) < (dump.rows[.commits]?.commits[$1].generation ?? 0)
            })
        try await refused("is not the hash") { $0.rows[.commits]?.commits[newest].message += "!" }
        try await refused("does not follow") { $0.rows[.commits]?.commits[newest].generation += 1 }
        try await refused("does not follow") { $0.rows[.commits]?.commits[newest].latest += 1 }
        try await refused("does not follow") { dump in
            dump.rows[.commits]?.commits.removeAll { $0.generation == 2 }
        }
        try await refused("does not hold") { $0.rows[.tags]?.references[0].commit = String(repeating: "0", count: 64) }
        try await refused("does not hold") { $0.rows[.tags]?.references[0].name = "main" }
        try await refused("") { $0.rows[.branches]?.references[0].name = "a/b" }
        try await refused("description") { $0.repository.salt = "00" }
        // Other bytes have another name, so what is asked for stays missing.
        var cut = dump
        let victim = try #require(cut.nodes.keys.sorted().first)
        cut.nodes[victim] = Base64.encode(Node.empty.bytes)
        try await bare.beginRestore(job, cut)
        try await bare.put(.commits, of: cut, job)
        var last: [String] = []
        for _ in 0..<6 {
            last = try await bare.missing(job).missing
            try await bare.put(last, of: cut, job)
        }
        #expect(last == [victim])
        await #expect(throws: TreeError.self) {
            try await index.catalog.putNodes(
                PutNodes.Request(
                    jobID: job.id, fencing: job.fencing, nodes: [Base64.encode([1, 2, 3])],
                    allowsForeignObjects: false), TestIndex.context(as: nil))
        }
    }

    @Test("Entries outside the namespace come in only where the caller may import them")
    func foreign() async throws {
        let index = try await TestIndex.make()
        var entry = TestIndex.entry("1")
        entry.address = .full("local://elsewhere/secret")
        try await index.put("linked", entry)
        try await index.commit()
        let dump = try await index.dump()
        let bare = try await index.bare("copy")
        _ = try await bare.submitRestore()
        let job = try await bare.leaseTask(.restoreRefs)
        await expectError(.invalidArgument, "local://elsewhere/secret") { try await bare.fill(job, dump) }
        try await bare.fill(job, dump, allowsForeignObjects: true)
        try await bare.finishRestore(job)
        #expect(try await bare.entry("linked").address == entry.address)
        // One that only spells its own namespace out is its own.
        entry = TestIndex.entry("2")
        entry.address = .full("local://repo-one/data/x")
        try await index.put("linked", entry)
        try await index.commit()
        // A history of this one commit only, for the one before it refers elsewhere.
        let tree = try await index.commit(of: "main").metaRangeID
        let content = CommitContent(
            parents: [], committer: "", message: "", created: 1, root: NodeHash(hex: tree), metadata: [:])
        var own = try await index.dump()
        own.rows = [
            .commits: DumpedRows(commits: [
                DumpedCommit(
                    id: content.id.hex, parents: [], committer: "", message: "", created: 1, root: tree, metadata: [:],
                    generation: 1, latest: 1)
            ]),
            .branches: DumpedRows(references: [DumpedReference(name: "main", commit: content.id.hex)]),
        ]
        let other = try await index.bare("other")
        try await other.restore(own)
        #expect(try await other.entry("linked").address == entry.address)
    }

    @Test("An unknown task, one of another kind and one of another repository are not found; done ones go after a week")
    func tasks() async throws {
        let (index, _) = try await Self.lake()
        let id = try await index.submitDump()
        let state = try await index.task(.dumpRefs, id)
        #expect(!state.isDone && state.error == nil && state.result == nil)
        let bare = try await index.bare("copy")
        for (holder, kind, task) in [
            (index, JobKind.restoreRefs, id), (bare, .dumpRefs, id), (index, .dumpRefs, "\(OperationID())"),
            (index, .dumpRefs, "nonsense"), (index, .cleanUnstaged, id),
        ] {
            await expectError(.notFound, "task not found") { try await holder.task(kind, task) }
        }
        let job = try await index.leaseTask(.dumpRefs)
        _ = try await index.beginDump(job)
        // What failed for now is tried again, and is no error before it is over.
        try await index.finish(job, error: "the store is away", again: 0)
        #expect(try await index.task(.dumpRefs, id).error == nil)
        let again = try await index.leaseTask(.dumpRefs)
        #expect(again.id == job.id)
        try await index.finish(again, result: "{}")
        #expect(try await index.task(.dumpRefs, id).result == "{}")
        #expect(try await index.count("dumped") > 0)
        let upkeep = Upkeep(index.catalog)
        await upkeep.round()
        #expect(try await index.count("dumped") == 0)
        #expect(try await index.task(.dumpRefs, id).isDone)
        try await index.sql("UPDATE job SET finished = finished - interval '7 days'")
        await upkeep.round()
        await expectError(.notFound, "task not found") { try await index.task(.dumpRefs, id) }
    }

    @Test("Bare and read-only repositories have nothing to clean in a namespace they do not own")
    func noCleanUp() async throws {
        let index = try await TestIndex.make()
        #expect(try await index.count("job") == 1)
        _ = try await index.bare("bare")
        _ = try await index.bare("frozen", isReadOnly: true)
        #expect(try await index.count("job") == 1)
    }

    @Test("A node's bytes are answered to whoever has the repository, as they are")
    func nodes() async throws {
        let (index, _) = try await Self.lake()
        let root = try await index.commit(of: "main").metaRangeID
        func get(_ id: String, _ index: TestIndex) async throws -> [UInt8] {
            let found = try await index.catalog.getNode(
                GetNode.Request(repository: index.repository, id: id), index.context)
            return try #require(Base64.decode(found.nodes[0]))
        }
        #expect(SHA256.hash(try await get(root, index)).hex == root)
        #expect(try await get(Tree.emptyRoot.hex, index) == Node.empty.bytes)
        let other = index.with(TestIndex.named("other"))
        _ = try await index.create(other.repository)
        for (id, holder) in [(root, other), (String(repeating: "0", count: 64), index), ("x", index)] {
            await expectError(.notFound) { try await get(id, holder) }
        }
    }
}
