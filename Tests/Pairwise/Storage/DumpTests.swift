import Database
import Domain
import FoundationEssentials
import JSONCodec
import ServiceKit
import TestSupport
import Testing
import Wire

extension WorkerScene {
    /// Commits of trees of some hundred nodes, branches that came together, and tags.
    func fill() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for number in stride(from: part, to: 600, by: 8) {
                        try await put("many/\(number)", "\(number)", padding: 3_000)
                    }
                }
            }
            try await group.waitForAll()
        }
        _ = try await fleet.commit(0)
        for round in 0..<4 {
            _ = try await fleet.branch(0, "branch-\(round)")
            try await fleet.put(0, "many/\(round * 150)", "changed", on: "branch-\(round)")
            _ = try await fleet.commit(0, "branch-\(round)", "c \(round)")
            _ = try await fleet.settle(
                0, MergeBranch.self,
                MergeBranch.Request(
                    repository: fleet.repository, source: try RefExpression("branch-\(round)"),
                    destination: try BranchName("main")))
            _ = try await fleet.settle(
                0, CreateTag.self,
                CreateTag.Request(
                    repository: fleet.repository, name: try TagName("v\(round)"),
                    reference: try RefExpression("main")))
        }
    }

    private func put(_ path: String, _ content: String, padding: Int) async throws {
        var entry = IndexFleet.entry(content)
        entry.userMetadata["padding"] = String(repeating: content + "-", count: padding / (content.utf8.count + 1))
        _ = try await fleet.settle(
            0, StageObject.self,
            StageObject.Request(
                repository: fleet.repository, repositoryID: nil, branch: try BranchName("main"),
                path: try ObjectKey(path), entry: entry))
    }

    func makeBare(_ name: String) async throws -> IndexFleet {
        let bare = try with(name)
        _ = try await bare.settle(
            0, CreateRepository.self,
            CreateRepository.Request(
                name: bare.repository, storageNamespace: try StorageNamespace(namespace),
                defaultBranch: try BranchName("main"), isBare: true))
        return bare
    }

    func submitDump() async throws -> String {
        try await fleet.settle(0, SubmitDump.self, SubmitDump.Request(repository: fleet.repository)).id
    }

    func submitRestore(_ references: DumpedIDs, into bare: IndexFleet) async throws -> String {
        try await bare.settle(
            0, SubmitRestore.self, SubmitRestore.Request(repository: bare.repository, references: references)
        ).id
    }

    func dump() async throws -> DumpedIDs {
        let state = try await wait(.dumpRefs, try await submitDump(), of: fleet)
        #expect(state.error == nil)
        return try DumpedIDs(jsonBytes: Array(try #require(state.result).utf8))
    }

    /// Everything that a repository shows: references with their commits and contents.
    static func everything(_ fleet: IndexFleet) async throws -> [String: [String: String]] {
        let range = ListRange(amount: 1_000)
        let branches = try await fleet.settle(
            0, ListBranches.self, ListBranches.Request(repository: fleet.repository, range: range, showsHidden: true))
        let tags = try await fleet.settle(
            0, ListTags.self, ListTags.Request(repository: fleet.repository, range: range))
        var everything: [String: [String: String]] = [:]
        for branch in branches.results {
            everything["branch \(branch.name) \(branch.commitID)"] = try await fleet.contents(0, branch.commitID.string)
        }
        for tag in tags.results {
            everything["tag \(tag.name) \(tag.commitID)"] = try await fleet.contents(0, tag.commitID.string)
        }
        for (commit, contents) in try await fleet.history(0, of: "main") { everything[commit.id.string] = contents }
        return everything
    }
}

@Suite("Dumps and restores with real workers and a real index", .serialized)
struct DumpTests {
    @Test("A repository that was dumped and deleted is there again; a second dump writes only what is new")
    func whole() async throws {
        try await WorkerScene.run { scene in
            try await scene.fill()
            let before = try await WorkerScene.everything(scene.fleet)
            #expect(before.count > 10)
            let first = try await scene.dump()
            #expect(try await scene.dump() == first, "the same references are the same dump")
            try await scene.fleet.put(0, "more", "1")
            _ = try await scene.fleet.commit(0)
            let second = try await scene.dump()
            #expect(second.commits != first.commits && second.branches != first.branches && second.tags == first.tags)
            _ = try await scene.fleet.settle(
                0, DeleteRepository.self, DeleteRepository.Request(name: scene.fleet.repository))

            for (name, references) in [("lake", first), ("later", second)] {
                let bare = try await scene.makeBare(name)
                let state = try await scene.wait(
                    .restoreRefs, try await scene.submitRestore(references, into: bare), of: bare)
                #expect(state.error == nil)
                let after = try await WorkerScene.everything(bare)
                if name == "lake" { #expect(after == before) } else { #expect(after.count == before.count + 1) }
            }
        }
    }

    @Test(
        "In an S3 store that is away at first, the dump is tried again", .enabled(if: SeaweedServer.isExpected))
    func s3() async throws {
        let server = try await SeaweedServer()
        let proxy = try await FaultProxy.start(upstreamPort: server.port)
        let namespace = try await server.freshNamespace()
        try await WorkerScene.run(SeaweedServer.variables(port: proxy.port)) { local in
            var scene = local
            (scene.fleet, scene.namespace) = (try local.with("in-s3"), namespace)
            _ = try await scene.fleet.settle(
                0, CreateRepository.self,
                CreateRepository.Request(
                    name: scene.fleet.repository, storageNamespace: try StorageNamespace(namespace),
                    defaultBranch: try BranchName("main")))
            try await scene.fill()
            let before = try await WorkerScene.everything(scene.fleet)
            proxy.set { $0.isDown = true }
            let dumping = try await scene.submitDump()
            // Until it was tried in vain.
            while try await scene.fleet.sql("SELECT 1 FROM index.job WHERE error IS NOT NULL").isEmpty {
                try await Task.sleep(for: .milliseconds(50))
            }
            proxy.behave()
            let dumped = try await scene.wait(.dumpRefs, dumping, of: scene.fleet)
            #expect(dumped.error == nil)
            let references = try DumpedIDs(jsonBytes: Array(try #require(dumped.result).utf8))
            #expect(try await scene.dump() == references)
            let bare = try await scene.makeBare("bare")
            let restoring = try await scene.submitRestore(references, into: bare)
            let restored = try await scene.wait(.restoreRefs, restoring, of: bare)
            #expect(restored.error == nil)
            #expect(try await WorkerScene.everything(bare) == before)
        }
        try await proxy.shutDown()
    }

    @Test("What is no dump, of another kind, cut off or altered is told, and leaves the repository bare")
    func bad() async throws {
        try await WorkerScene.run { scene in
            try await scene.fill()
            let dump = try await scene.dump()
            let bare = try await scene.makeBare("bare")
            func failure(_ references: DumpedIDs) async throws -> String {
                let state = try await scene.wait(
                    .restoreRefs, try await scene.submitRestore(references, into: bare), of: bare)
                return try #require(state.error)
            }
            let absent = String(repeating: "0", count: 64)
            var wrong = dump
            wrong.tags = absent
            #expect(try await failure(wrong).contains("there is no \(absent)"))
            (wrong.tags, wrong.branches) = (dump.branches, dump.tags)
            #expect(try await failure(wrong).contains("is no dump of tags"))
            let node = try #require(
                try await scene.fleet.sql("SELECT encode(hash, 'hex') FROM index.node WHERE kept LIMIT 1").first
            )
            .text(0)
            let file = URL(filePath: "\(scene.store.path)/lake/_tarn/objects/\(node.prefix(2))/\(node)")
            let bytes = try Data(contentsOf: file)
            try Data(bytes.dropLast()).write(to: file)
            #expect(try await failure(dump).contains("is not what it was written as"))
            #expect(try await WorkerScene.branches(bare) + WorkerScene.tags(bare) == 0)
            // The next dump finds it cut off, and writes it anew.
            #expect(try await scene.dump() == dump)
            #expect(try Data(contentsOf: file) == bytes)
            let state = try await scene.wait(
                .restoreRefs, try await scene.submitRestore(dump, into: bare), of: bare)
            #expect(state.error == nil)
            #expect(try await WorkerScene.everything(bare) == WorkerScene.everything(scene.fleet))
        }
    }

    @Test(
        "kill -9 of workers and index, again and again: dump and restore come to their ends, and nothing is seen half")
    func processes() async throws {
        try await WorkerScene.run { scene in
            try await scene.fill()
            var kills = 0
            try await Self.survive(scene, untilDisturbed: { kills > 2 }) {
                let victim = [scene.workers[0], scene.workers[1], scene.fleet.indexes[0]][kills % 3]
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
                victim.kill()
                try await victim.start()
                try await scene.endLeases()
                kills += 1
            }
        }
    }

    @Test("Postgres stopped at once, again and again: dump and restore come to their ends, and nothing is seen half")
    func postgres() async throws {
        let cluster = try await PostgresCluster()
        try await WorkerScene.run(cluster: cluster) { scene in
            try await scene.fill()
            var stops = 0
            try await Self.survive(scene, untilDisturbed: { stops > 1 }) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
                try await cluster.stopImmediately()
                try await cluster.start()
                stops += 1
            }
        }
    }

    /// Dumps and restores, again and again, until enough of it was disturbed: what is done quickly is hardly disturbed at all.
    private static func survive(
        _ scene: WorkerScene, untilDisturbed isEnough: () -> Bool, _ disturb: () async throws -> Void
    ) async throws {
        var round = 0
        while round == 0 || (!isEnough() && round < 10) {
            try await scene.fleet.put(0, "round/\(round)", "1")
            _ = try await scene.fleet.commit(0, "main", "round \(round)")
            try await survive(scene, bare: "bare-\(round)", disturb)
            round += 1
        }
        #expect(isEnough(), "\(round) rounds")
        // Every node is there and stays, whoever looks.
        #expect(try await scene.unkept() == 0)
    }

    private static func survive(
        _ scene: WorkerScene, bare name: String, _ disturb: () async throws -> Void
    ) async throws {
        let before = try await WorkerScene.everything(scene.fleet)
        var rounds = 0
        func few() async throws {
            rounds += 1
            if rounds < 5 { try await disturb() }
        }
        let dumped = try await scene.wait(.dumpRefs, try await scene.submitDump(), of: scene.fleet, disturb: few)
        #expect(dumped.error == nil)
        rounds = 0
        let references = try DumpedIDs(jsonBytes: Array(try #require(dumped.result).utf8))
        let bare = try await scene.makeBare(name)
        let id = try await scene.submitRestore(references, into: bare)
        let restored = try await scene.wait(.restoreRefs, id, of: bare) {
            #expect([0, 5].contains(try await WorkerScene.branches(bare)))
            #expect([0, 4].contains(try await WorkerScene.tags(bare)))
            try await few()
        }
        #expect(restored.error == nil)
        #expect(try await WorkerScene.everything(bare) == before)
    }
}

extension WorkerScene {
    fileprivate static func branches(_ fleet: IndexFleet) async throws -> Int {
        try await fleet.settle(
            0, ListBranches.self, ListBranches.Request(repository: fleet.repository, range: ListRange())
        ).results.count
    }

    fileprivate static func tags(_ fleet: IndexFleet) async throws -> Int {
        try await fleet.settle(0, ListTags.self, ListTags.Request(repository: fleet.repository, range: ListRange()))
            .results.count
    }

    /// Nodes of the restored repositories that could be taken for nobody's.
    fileprivate func unkept() async throws -> Int64 {
        try await fleet.sql(
            """
            SELECT count(*) FROM index.node n JOIN index.repository r ON r.id = n.repository
            WHERE r.name LIKE 'bare-%' AND NOT n.kept
            """)[0].int64(0)
    }
}
