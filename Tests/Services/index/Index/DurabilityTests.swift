import Database
import Domain
import TestSupport
import Testing
import VersionTree
import Wire

@testable import Index

/// What Postgres brings back after a kill that comes right behind an answer, with nothing else to write the log out.
@Suite struct DurabilityTests {
    private struct Rig {
        let cluster: PostgresCluster
        let index: TestIndex

        static func make() async throws -> Rig {
            // Nobody else writes out what a transaction did not wait for.
            let cluster = try await PostgresCluster(settings: ["wal_writer_delay": "10s"])
            return Rig(cluster: cluster, index: try await TestIndex.make(cluster: cluster))
        }

        /// Kills Postgres at once and starts it again.
        /// - Returns: a process that has nothing in memory.
        func crash() async throws -> TestIndex {
            try await cluster.kill()
            try await cluster.start()
            let other = try index.second()
            try await other.catalog.database.ready(deadline: .now + .seconds(30))
            try await index.catalog.database.ready(deadline: .now + .seconds(30))
            return other
        }
    }

    @Test("Every answer is on disk when it is given, and brings with it what did not wait for the disk")
    func answers() async throws {
        let rig = try await Rig.make()
        let index = rig.index
        try await index.put("a", "1")
        #expect(try await rig.crash().get("a") == "1")

        let commit = try await index.commit()
        let other = try await rig.crash()
        #expect(try await other.head() == commit.id.string)
        #expect(try await other.contents("main@") == ["a": "1"])

        try await index.branch("dev")
        #expect(try await rig.crash().head("dev") == commit.id.string)

        try await index.put("b", "1", on: "dev", if: .ifAbsent)
        try await index.delete("a", on: "dev")
        #expect(try await rig.crash().contents("dev") == ["b": "1"])

        try await index.commit("dev")
        let merge = try await index.merge("dev")
        let last = try await rig.crash()
        #expect(try await last.head() == merge.id.string)
        #expect(try await last.contents() == ["b": "1"])
    }

    @Test("A seal that a crash takes away has lost nothing; one that writes rested on is there")
    func seals() async throws {
        let rig = try await Rig.make()
        let index = rig.index
        let before = try await index.state().tokens
        try await index.put("a", "1")
        try await index.seal()
        #expect(try await index.state().tokens.count == 2)
        let other = try await rig.crash()
        #expect(try await other.state().tokens == before)
        #expect(try await other.get("a") == "1")

        try await other.seal()
        try await other.put("a", "2")
        let next = try await rig.crash()
        #expect(try await next.state().tokens.count == 2)
        #expect(try await next.get("a") == "2")
        try await next.fold()
        let last = try await rig.crash()
        #expect(try await last.contents() == ["a": "2"])
        try await last.commit()
        #expect(try await rig.crash().contents("main@") == ["a": "2"])
    }

    @Test("A branch does not move onto a tree that was saved before a crash and may be gone with it")
    func spanningMove() async throws {
        let rig = try await Rig.make()
        let index = rig.index
        try await index.put("a", "1")
        let deadline = ContinuousClock.now + .seconds(60)
        let state = try await index.state()
        let sealed = try #require(try await index.catalog.seal(state, deadline))
        let tree = index.catalog.tree(state.repository.id, state.repository.salt, deadline)
        let folded = try await index.catalog.foldedTree(sealed, tree, deadline: deadline)
        let other = try await rig.crash()
        // Somebody else brings the branch to the very version that the seal had given it.
        try await other.seal()
        #expect(try await other.state().version == sealed.version)
        let move = BranchMove(
            sealed, tree: folded.applied.root, isExact: folded.isExact, retiring: sealed.lowerTokens)
        #expect(try await !index.catalog.move(move, deadline))
        #expect(try await other.contents() == ["a": "1"])
        // Begun anew, it moves.
        try await index.fold()
        #expect(try await rig.crash().contents() == ["a": "1"])
        try await index.commit()
        #expect(try await rig.crash().contents("main@") == ["a": "1"])
    }

    @Test("What a dump goes by, and what of a restore was found whole, outlive a crash behind the answer")
    func dumps() async throws {
        let rig = try await Rig.make()
        let index = rig.index
        try await index.fill(count: 60)
        try await index.commit()
        _ = try await index.submitDump()
        let job = try await index.leaseTask(.dumpRefs)
        let repository = try await index.beginDump(job)
        _ = try await rig.crash()
        let kept = try await index.nodes(where: "kept")
        #expect(try await kept == index.reachable() && !kept.isEmpty)
        let dump = try await index.read(job, repository)
        #expect(dump.nodes.count == kept.count)

        let bare = try await index.bare("copy")
        _ = try await bare.submitRestore()
        let restoring = try await bare.leaseTask(.restoreRefs)
        try await bare.beginRestore(restoring, dump)
        try await bare.put(.commits, of: dump, restoring)
        var state = MissingNodes(missing: [], after: "", isDone: false)
        while !state.isDone {
            state = try await bare.missing(restoring, after: state.after)
            try await bare.put(state.missing, of: dump, restoring)
        }
        _ = try await rig.crash()
        #expect(try await bare.missing(restoring) == MissingNodes(missing: [], after: state.after, isDone: true))
        try await bare.put(.branches, of: dump, restoring)
        try await bare.put(.tags, of: dump, restoring)
        try await bare.finishRestore(restoring)
        #expect(try await rig.crash().with(bare.repository).contents() == index.contents())
    }
}
