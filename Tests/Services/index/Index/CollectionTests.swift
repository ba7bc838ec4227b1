import Cryptography
import Database
import Domain
import Testing
import VersionTree
import Wire

@testable import Index

/// Which tree nodes are removed, and when: a sentence for each rule.
@Suite(.serialized) struct CollectionTests {
    /// A node, of a tree of one leaf the only one, that nobody needs any more.
    private static func garbage(_ index: TestIndex, _ content: String = "garbage") async throws -> NodeHash {
        let before = try await index.nodes()
        try await index.put("garbage", TestIndex.sameEntry(content))
        try await index.fold()
        let made = try await index.nodes().subtracting(before)
        try await index.reset(.object("garbage"))
        return try #require(made.first)
    }

    @Test("A node goes when two marks an hour apart did not reach it, and not before")
    func twoMarks() async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        #expect(try await index.collect() == 0)
        #expect(try await index.nodes(where: "lost IS NOT NULL") == [])
        try await index.pass("15 minutes")
        #expect(try await index.collect() == 0)
        #expect(try await index.nodes(where: "lost IS NOT NULL") == [node])
        #expect(try await index.collect() == 0)
        try await index.pass("59 minutes")
        #expect(try await index.collect() == 0)
        try await index.pass("2 minutes")
        #expect(try await index.collect() == 1)
        #expect(try await index.nodes() == index.reachable())
    }

    @Test("The gap between the marks is never shorter than the longest request, whose reads need no pin")
    func gapOfReaders() async throws {
        var limits = TestIndex.quiet
        limits.collectionGap = .zero
        let index = try await TestIndex.make(limits: limits)
        _ = try await Self.garbage(index)
        try await index.pass("15 minutes")
        #expect(try await index.collect() == 0)
        try await index.pass("60 seconds")
        #expect(try await index.collect() == 0)
        try await index.pass("60 seconds")
        #expect(try await index.collect() == 1)
    }

    enum Holder: String, CaseIterable, Sendable {
        case branch, tag, deletedBranch, hardReset, merged, workingTree, resetPart, folded, otherBranch
    }

    @Test(
        "What a commit or a working tree reaches stays: on a branch, of a deleted branch, behind a hard reset",
        arguments: Holder.allCases)
    func holders(_ holder: Holder) async throws {
        let index = try await TestIndex.make()
        try await index.put("base", "1")
        try await index.commit()
        try await index.branch("dev")
        try await index.fill("dev", content: holder.rawValue)
        var commit = ""
        switch holder {
        case .branch, .otherBranch: commit = try await index.commit("dev").id.string
        case .tag:
            commit = try await index.commit("dev").id.string
            try await index.tag("mark", "dev")
        case .deletedBranch:
            commit = try await index.commit("dev").id.string
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        case .hardReset:
            commit = try await index.commit("dev").id.string
            _ = try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName("dev"), reference: try RefExpression("main")),
                index.context)
        case .merged:
            commit = try await index.commit("dev").id.string
            try await index.merge("dev")
        case .workingTree: try await index.fold("dev")
        case .resetPart: try await index.reset(.prefix("fill/1"), "dev")
        case .folded:
            try await index.fold("dev")
            try await index.put("more", "1", on: "dev")
            try await index.fold("dev")
        }
        let reference = commit.isEmpty ? "dev" : commit
        let contents = try await index.contents(reference)
        #expect(contents.count > 400)
        _ = try await Self.garbage(index)
        #expect(try await index.collectTwice() >= 1)
        let needed = try await index.reachable()
        #expect(needed.count > 3)
        #expect(try await index.nodes() == needed)
        #expect(try await index.second().contents(reference) == contents)
        #expect(try await index.nodes(where: "kept") == index.reachable(staged: false))
    }

    @Test("A working tree that becomes a commit's while a mark goes on is reached: branches are read before commits")
    func becomesCommit() async throws {
        let index = try await TestIndex.make()
        try await index.fill()
        try await index.fold()
        _ = try await Self.garbage(index)
        try await index.pass("90 minutes")
        try await index.collect { $0.beforeCommits = { try await index.commit() } }
        let tree = try await index.reachable()
        #expect(try await index.nodes(where: "lost IS NOT NULL").isDisjoint(with: tree))
        #expect(try await index.nodes(where: "kept") == tree)
    }

    @Test("What has become a commit's since the first look at commits is neither noted down nor removed")
    func becameCommit() async throws {
        let index = try await TestIndex.make()
        try await index.fill()
        try await index.fold()
        try await index.pass("90 minutes")
        let collection = NodeCollection(index.catalog, repository: try await index.repositoryID()) {}
        try await collection.keepCommits()
        let mark = try await collection.begin()
        let part = try await collection.part(after: [], mark)
        try await index.commit()
        let unreached = try await collection.unreached(part, mark)
        #expect(unreached.count > 3)
        #expect(try await collection.settle(part, unreached, mark) == 0)
        #expect(try await index.nodes(where: "lost IS NOT NULL") == [])
        try await index.sql("UPDATE node SET lost = now() - interval '5 hours', seen = now() - interval '9 hours'")
        #expect(try await collection.remove(unreached.sorted(), mark) == 0)
    }

    @Test("A node that is written again between the marks stays, and needs two more marks to go")
    func writtenAgain() async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        try await index.pass("30 minutes")
        try await index.collect()
        try await index.pass("30 minutes")
        #expect(try await Self.seen(index, node) < 0)
        // The same node, and nobody's again at once.
        try await index.put("garbage", TestIndex.sameEntry("garbage"))
        try await index.fold()
        try await index.reset(.object("garbage"))
        try await index.pass("40 minutes")
        #expect(try await index.collect() == 0)
        try await index.pass("40 minutes")
        #expect(try await index.collect() == 0)
        try await index.pass("40 minutes")
        #expect(try await index.collect() == 1)
    }

    /// Seconds since the node was seen, less than 10 minutes; negative where it was longer ago.
    private static func seen(_ index: TestIndex, _ node: NodeHash) async throws -> Double {
        try await index.sql(
            "SELECT extract(epoch FROM seen - now() + interval '10 minutes')::float8 FROM node WHERE hash = $1",
            [.hash(node)])[0].double(0)
    }

    @Test("A node is marked as seen at most once in ten minutes, and never again once a commit has it")
    func precision() async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        func writeAgain(_ age: String) async throws -> Bool {
            try await index.pass(age)
            try await index.put("garbage", TestIndex.sameEntry("garbage"))
            try await index.fold()
            try await index.reset(.object("garbage"))
            return try await Self.seen(index, node) > 590
        }
        #expect(try await !writeAgain("9 minutes"))
        #expect(try await writeAgain("2 minutes"))
        try await index.put("garbage", TestIndex.sameEntry("garbage"))
        try await index.commit()
        try await index.collect()
        try await index.delete("garbage")
        try await index.commit()
        #expect(try await !writeAgain("2 hours"))
        #expect(try await index.collectTwice() == 0)
    }

    @Test("A node that a mark reaches again needs two more marks to go")
    func reachedAgain() async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        try await index.pass("90 minutes")
        try await index.collect()
        #expect(try await index.nodes(where: "lost IS NOT NULL") == [node])
        let repository = try await index.repositoryID()
        let pin = Pin(repository: repository, id: .random(), made: try await index.state().pin.made, roots: [node])
        #expect(try await index.catalog.pins.extend(pin))
        try await index.pass("90 minutes")
        #expect(try await index.collect() == 0)
        #expect(try await index.nodes(where: "lost IS NOT NULL") == [])
        try await index.sql("DELETE FROM pin")
        try await index.pass("90 minutes")
        #expect(try await index.collect() == 0)
        try await index.pass("90 minutes")
        #expect(try await index.collect() == 1)
    }

    @Test("The removing statement looks again whether a node has been written since")
    func writtenAtLast() async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        try await index.pass("90 minutes")
        try await index.collect()
        try await index.pass("90 minutes")
        let collection = NodeCollection(index.catalog, repository: try await index.repositoryID()) {}
        let mark = try await collection.begin()
        let part = try await collection.part(after: [], mark)
        #expect(try await collection.unreached(part, mark) == [node])
        try await index.put("garbage", TestIndex.sameEntry("garbage"))
        try await index.commit()
        #expect(try await collection.settle(part, [node], mark) == 0)
        #expect(try await index.second().contents("main@") == ["garbage": "garbage"])
    }

    @Test(
        "Whoever writes a node just when it is removed has it afterwards, whoever comes first",
        arguments: [true, false])
    func atOnce(_ removesFirst: Bool) async throws {
        let index = try await TestIndex.make()
        let node = try await Self.garbage(index)
        try await index.pass("90 minutes")
        try await index.collect()
        try await index.pass("90 minutes")
        let id = try await index.repositoryID()
        let collection = NodeCollection(index.catalog, repository: id) {}
        let mark = try await collection.begin()
        let bytes = try await index.sql("SELECT bytes FROM node WHERE hash = $1", [.hash(node)])[0].bytes(0)
        let insert = Call(
            PostgresNodeStore.insert, [.int64(id), .hashes([node]), .byteArrays([bytes]), .double(600)])
        if removesFirst {
            try await index.race(
                {
                    let removed = try await $0.run(
                        NodeCollection.remove,
                        [
                            .int64(id), .hash(node), .timestamp(milliseconds: mark.begun), .double(3_600),
                            .double(720),
                        ])
                    #expect(removed.affected == 1)
                },
                against: {
                    _ = try await index.catalog.database.exclusive([insert], deadline: .now + .seconds(20))
                })
        } else {
            try await index.catalog.database.transaction(deadline: .now + .seconds(20)) { transaction in
                _ = try await transaction.run(insert.statement, insert.parameters)
                // Does not wait.
                #expect(try await collection.remove([node], mark) == 0)
            }
        }
        #expect(try await index.nodes().contains(node))
        #expect(try await collection.remove([node], mark) == 0)
    }

    @Test("What an operation has written that goes on for hours stays until it publishes that")
    func longOperation() async throws {
        let index = try await TestIndex.make()
        try await index.fill()
        let (state, deadline) = (try await index.state(), ContinuousClock.now + .seconds(60))
        #expect(try await index.catalog.pins.extend(state.pin))
        let sealed = try #require(try await index.catalog.seal(state, deadline))
        let tree = index.catalog.tree(state.repository.id, state.repository.salt, deadline)
        let root = try await index.catalog.committedTree(sealed, tree, deadline)
        for _ in 0..<3 { try await index.collectTwice() }
        let commit = CommitRecord(
            CommitContent(parents: [state.head], committer: "", message: "", created: 1, root: root, metadata: [:]),
            on: [state.headAge])
        let move = BranchMove(sealed, to: commit, isNew: true, retiring: sealed.lowerTokens)
        #expect(try await index.catalog.move(move, deadline))
        #expect(try await index.second().contents("main@").count == 600)
    }

    @Test("What an operation starts from stays as long as its pin, replaced or not")
    func startOfOperation() async throws {
        let index = try await TestIndex.make()
        try await index.fill(content: "old")
        try await index.fold()
        // Long before the operation began.
        try await index.pass("90 minutes")
        let state = try await index.state()
        #expect(try await index.catalog.pins.extend(state.pin))
        try await index.fill(content: "new")
        try await index.fold()
        try await index.collectTwice()
        let other = try index.second()
        let tree = other.catalog.tree(state.repository.id, state.repository.salt, .now + .seconds(60))
        var count = 0
        try await tree.scan(state.visibleTree) { _, _ in count += 1 }
        #expect(count == 600)
        // What it may have published at the last moment is seen before the pin goes.
        try await index.sql("UPDATE pin SET ends = now() - interval '1 minute'")
        let upkeep = Upkeep(index.catalog)
        await upkeep.round()
        #expect(try await index.count("pin") == 1)
        try await index.sql("UPDATE pin SET ends = now() - interval '1 hour'")
        await upkeep.round()
        #expect(try await index.count("pin") == 0)
        #expect(try await index.collectTwice() > 3)
        #expect(try await index.nodes() == index.reachable())
    }

    /// How long ago a pin was made and in how long its row ends; nil for none; and whether it is live, in seconds.
    private static let pins: [(made: Int, ends: Int?, isLive: Bool)] = [
        (0, nil, true), (20, nil, true), (31, nil, false), (31, 10, true), (31, -1, false), (100_000, 10, true),
        (100_000, nil, false),
    ]

    private static func pin(_ index: TestIndex, _ state: BranchState, _ made: Int, _ ends: Int?) async throws -> Pin {
        let pin = Pin(
            repository: state.pin.repository, id: .random(), made: state.pin.made - Int64(made) * 1_000, roots: [])
        if let ends {
            try await index.sql(
                """
                INSERT INTO pin (repository, id, made, ends, roots)
                VALUES ($1, $2, now(), now() + \(ends) * interval '1 second', '{}')
                """, [.int64(pin.repository), .uuid(pin.id)])
        }
        return pin
    }

    @Test("A branch moves only while the operation's pin is live: for 30 seconds of itself, then by its row")
    func livePin() async throws {
        let index = try await TestIndex.make()
        for (made, ends, isLive) in Self.pins {
            try await index.put("\(made)", "\(String(describing: ends))")
            let state = try #require(try await index.catalog.seal(try await index.state(), .now + .seconds(10)))
            let tree = index.catalog.tree(state.repository.id, state.repository.salt, .now + .seconds(10))
            let folded = try await index.catalog.foldedTree(state, tree, deadline: .now + .seconds(10))
            var move = BranchMove(state, tree: folded.applied.root, isExact: true, retiring: state.lowerTokens)
            move.pin = try await Self.pin(index, state, made, ends)
            #expect(
                try await index.catalog.move(move, .now + .seconds(10)) == isLive,
                "\(made), \(String(describing: ends))")
        }
    }

    @Test("A pin that has ended is not renewed")
    func renewal() async throws {
        let index = try await TestIndex.make()
        let state = try await index.state()
        for (made, ends, isLive) in Self.pins {
            let pin = try await Self.pin(index, state, made, ends)
            #expect(try await index.catalog.pins.extend(pin) == isLive, "\(made), \(String(describing: ends))")
            let live = try await index.sql(
                "SELECT 1 FROM pin WHERE id = $1 AND ends > now() + interval '20 seconds'", [.uuid(pin.id)])
            #expect(live.count == (isLive ? 1 : 0))
        }
    }

    @Test("An operation that takes long has a row for its pin, renewed until it ends; a short one has none")
    func rowOfPin() async throws {
        var limits = TestIndex.quiet
        limits.pinTerm = .seconds(1)
        let index = try await TestIndex.make(limits: limits)
        try await index.put("a", "1")
        try await index.seal()
        let count = try await index.count("pin")
        #expect(count == 0)
        _ = try await index.overtake(against: { try await index.commit() }) { _ in
            var ends: Set<Int64> = []
            let limit = ContinuousClock.now + .seconds(4)
            while ends.count < 3, .now < limit {
                for row in try await index.sql("SELECT ends FROM pin WHERE ends > clock_timestamp()") {
                    ends.insert(try row.timestampMilliseconds(0))
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(ends.count == 3)
        }
        #expect(try await index.count("pin") == 0)
        #expect(try await index.contents("main@") == ["a": "1"])
    }

    @Test("A tree that nobody needs any more, given for a commit, is as if written: it stays, or it is not found whole")
    func givenTree() async throws {
        let index = try await TestIndex.make()
        try await index.fill()
        try await index.fold()
        let root = try #require(try await index.state().workingRoot)
        try await index.reset(.all)
        try await index.pass("90 minutes")
        try await index.collect()
        try await index.pass("90 minutes")
        let collection = NodeCollection(index.catalog, repository: try await index.repositoryID()) {}
        let mark = try await collection.begin()
        let part = try await collection.part(after: [], mark)
        let unreached = try await collection.unreached(part, mark)
        #expect(unreached.count > 3)
        func commit() async throws -> Commit {
            try await index.catalog.createCommit(
                CreateCommit.Request(
                    repository: index.repository, branch: try BranchName("main"), message: "",
                    sourceMetaRange: root.hex), index.context)
        }
        let leaves = try await index.nodes().subtracting([root])
        for leaf in leaves {
            try await index.sql("UPDATE node SET repository = -repository WHERE hash = $1", [.hash(leaf)])
            await expectError(.notFound) { try await commit() }
            try await index.sql("UPDATE node SET repository = -repository WHERE hash = $1", [.hash(leaf)])
        }
        try await index.pass("90 minutes")
        _ = try await commit()
        #expect(try await collection.settle(part, unreached, mark) == 0)
        #expect(try await index.second().contents("main@").count == 600)
    }

    @Test("Where a tree is damaged, nothing is removed")
    func damage() async throws {
        let index = try await TestIndex.make()
        _ = try await Self.garbage(index)
        try await index.fill()
        try await index.fold()
        try await index.pass("90 minutes")
        try await index.collect()
        try await index.pass("90 minutes")
        let root = try #require(try await index.state().workingRoot)
        try await index.sql("DELETE FROM node WHERE hash = $1", [.hash(root)])
        let nodes = try await index.nodes()
        await #expect(throws: TreeError.missingNode(root)) { try await index.collect() }
        #expect(try await index.nodes() == nodes)
        // Other repositories have their turn all the same.
        await NodeCollector(index.catalog).round()
        #expect(try await index.sql("SELECT 1 FROM repository WHERE collected IS NOT NULL").count == 1)
        #expect(try await index.nodes() == nodes)
    }

    @Test("A node counts as a commit's for good only after everything below it, wherever the work is broken off")
    func bottomUp() async throws {
        let index = try await TestIndex.make()
        try await index.fill(count: 1_500)
        try await index.commit()
        let nodes = try await index.nodes()
        #expect(nodes.count > 8)
        for node in nodes {
            try await index.sql("UPDATE node SET kept = false")
            let name = "refuse"
            try await index.sql(
                "ALTER TABLE node ADD CONSTRAINT \(name) CHECK (NOT kept OR hash <> '\\x\(node.hex)') NOT VALID")
            _ = try? await index.collect()
            try await index.sql("ALTER TABLE node DROP CONSTRAINT \(name)")
            let kept = try await index.nodes(where: "kept")
            #expect(!kept.contains(node))
            let rows = try await index.sql("SELECT hash, bytes FROM node WHERE kept")
            for row in rows {
                let below = try Node(try row.bytes(1), named: try row.digest(0)).children
                #expect(kept.isSuperset(of: below))
            }
        }
        try await index.collect()
        #expect(try await index.nodes(where: "kept") == nodes)
    }

    @Test("However small the parts it is done in, the same nodes go; broken off, another process goes on from there")
    func parts() async throws {
        var limits = TestIndex.quiet
        limits.collectionPart = 3
        let index = try await TestIndex.make(limits: limits)
        try await index.fill("main", count: 1_200, content: "other")
        try await index.fold()
        try await index.fill("main")
        try await index.fold()
        let needed = try await index.reachable()
        let garbage = try await index.nodes().count - needed.count
        #expect(garbage > 4)
        try await index.pass("90 minutes")
        try await index.collect()
        #expect(try await index.nodes(where: "lost IS NOT NULL").count == garbage)
        try await index.pass("90 minutes")
        struct Stop: Error {}
        var left = 6
        await #expect(throws: Stop.self) {
            try await index.collect(checkpoint: {
                left -= 1
                if left == 0 { throw Stop() }
            })
        }
        let rest = try await index.nodes()
        #expect(rest.count > needed.count)
        #expect(try await index.sql("SELECT 1 FROM repository WHERE collected_through IS NOT NULL").count == 1)
        try await index.sql("UPDATE repository SET collected = now() - interval '2 hours'")
        let other = try index.second(limits: limits)
        await NodeCollector(other.catalog).round()
        await NodeCollector(other.catalog).round()
        #expect(try await index.nodes().count < rest.count)
        #expect(try await index.sql("SELECT 1 FROM repository WHERE collected_through IS NULL").count == 1)
    }

    @Test("One process collects at a time, each repository that has young nodes in its turn")
    func rounds() async throws {
        let index = try await TestIndex.make()
        _ = try await Self.garbage(index)
        try await index.pass("90 minutes")
        let (first, second) = (NodeCollector(index.catalog), NodeCollector(try index.second().catalog))
        await first.round()
        #expect(try await index.nodes(where: "lost IS NOT NULL").count == 1)
        try await index.pass("90 minutes")
        // Not due yet.
        await first.round()
        #expect(try await index.count("node") == 1)
        try await index.sql("UPDATE repository SET collected = collected - interval '40 minutes'")
        await second.round()
        #expect(try await index.count("node") == 1)
        await first.giveUp()
        await second.round()
        #expect(try await index.count("node") == 0)
    }

    @Test("A schema of before has its nodes as young ones, and the first collection finds whose they are")
    func migration() async throws {
        let index = try await TestIndex.make()
        try await index.fill()
        try await index.commit()
        _ = try await Self.garbage(index)
        try await index.sql("DROP INDEX repository_namespace")
        try await index.sql("DROP TABLE dumped, pull")
        try await index.sql("ALTER TABLE job DROP CONSTRAINT job_pkey, ADD PRIMARY KEY (repository, kind)")
        try await index.sql("DROP INDEX job_repeating, job_finished")
        try await index.sql(
            """
            ALTER TABLE job DROP id, DROP request, DROP result, DROP actor, DROP changed, DROP finished, DROP taken,
                DROP target
            """)
        try await index.sql("ALTER TABLE commit DROP latest")
        try await index.sql("DROP INDEX ref_log_deletion, ref_log_deletion_name")
        try await index.sql("ALTER TABLE ref_log DROP is_hidden")
        try await index.sql("DROP INDEX node_young")
        try await index.sql("ALTER TABLE node DROP kept, DROP lost")
        try await index.sql("ALTER TABLE repository DROP collected, DROP collected_through")
        try await index.sql("DROP TABLE pin")
        try await index.sql("UPDATE schema_version SET version = 6, name = 'rules'")
        let applied = try await IndexSchema.migrator(schema: index.schema).migrate(
            index.catalog.database, deadline: .now + .seconds(30))
        #expect(applied.map(\.name).first == "collection" && applied.map(\.name).last == "pulls")
        let other = try index.second()
        #expect(try await other.collectTwice() > 0)
        #expect(try await other.nodes(where: "kept") == other.reachable())
    }
}
