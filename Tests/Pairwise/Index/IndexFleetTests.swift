import Domain
import TestSupport
import Testing
import Wire

@Suite("Several indexes over one database", .serialized)
struct IndexFleetTests {
    @Test("Rivals over three processes all get on, and every acknowledged write is in just the commits it belongs to")
    func rivals() async throws {
        try await IndexFleet.run(3, IndexFleet.busy) { fleet in
            let load = FleetLoad(fleet, writers: 6, integrators: 4, count: 24)
            try await load.run()
            try await load.check()
            try await fleet.untilIdle()
        }
    }

    @Test("What one process has answered, the other shows at once: nothing that changes is remembered")
    func sideBySide() async throws {
        try await IndexFleet.run(2) { fleet in
            let (repository, main) = (fleet.repository, try BranchName("main"))
            func reference(_ text: String) throws -> RefExpression { try RefExpression(text) }
            for round in 0..<6 {
                let (one, other) = (round % 2, 1 - round % 2)
                // Both have read all of it just before.
                func head(_ branch: String = "main") async throws -> CommitID {
                    try await fleet.call(
                        other, GetBranch.self, GetBranch.Request(repository: repository, branch: try BranchName(branch))
                    ).commitID
                }
                func uncommitted() async throws -> [String] {
                    try await fleet.call(
                        other, DiffBranch.self,
                        DiffBranch.Request(repository: repository, branch: main, range: ListRange())
                    ).results.map(\.path)
                }
                let before = try await head()
                _ = try await fleet.contents(other)
                try await fleet.put(one, "a", "\(round)")
                try await fleet.put(one, "b/\(round)", "1")
                #expect(try await fleet.contents(other)["a"] == "\(round)")
                #expect(try await uncommitted() == ["a", "b/\(round)"])
                #expect(try await fleet.contents(other, "main@")["b/\(round)"] == nil)
                let commit = try await fleet.commit(one)
                #expect(try await head() == commit.id)
                #expect(try await uncommitted() == [])
                #expect(try await fleet.contents(other, "main@")["a"] == "\(round)")
                let log = try await fleet.call(
                    other, LogCommits.self,
                    LogCommits.Request(repository: repository, reference: try reference("main"), amount: 2))
                #expect(log.results.first?.id == commit.id)

                // A branch and a tag that come, go, and come again elsewhere.
                let name = "side"
                #expect(try await fleet.branch(one, name, from: before.string).commitID == before)
                #expect(try await head(name) == before)
                _ = try await fleet.call(
                    one, HardResetBranch.self,
                    HardResetBranch.Request(
                        repository: repository, branch: try BranchName(name), reference: try reference("main")))
                #expect(try await head(name) == commit.id)
                try await fleet.put(one, "c", "1", on: name)
                #expect(try await fleet.contents(other, name)["c"] == "1")
                _ = try await fleet.call(
                    one, ResetBranch.self,
                    ResetBranch.Request(repository: repository, branch: try BranchName(name), scope: .all))
                #expect(try await fleet.contents(other, name)["c"] == nil)
                try await fleet.put(one, "c/\(round)", "2", on: name)
                let side = try await fleet.commit(one, name)
                let merge = try await fleet.call(
                    other, MergeBranch.self,
                    MergeBranch.Request(repository: repository, source: try reference(name), destination: main))
                #expect(merge.parents == [commit.id, side.id])
                #expect(try await fleet.contents(one)["c/\(round)"] == "2")
                _ = try await fleet.call(
                    one, DeleteBranch.self, DeleteBranch.Request(repository: repository, branch: try BranchName(name)))
                await #expect(throws: RPCError.self) { try await head(name) }
                await #expect(throws: RPCError.self) { try await fleet.contents(other, name) }

                let tag = try TagName("tag")
                _ = try await fleet.call(
                    one, CreateTag.self,
                    CreateTag.Request(repository: repository, name: tag, reference: try reference("main")))
                #expect(try await fleet.contents(other, "tag")["a"] == "\(round)")
                _ = try await fleet.call(one, DeleteTag.self, DeleteTag.Request(repository: repository, tag: tag))
                await #expect(throws: RPCError.self) { try await fleet.contents(other, "tag") }
            }
        }
    }

    @Test("Rules and repositories that one process changed are others to the other one at once")
    func settings() async throws {
        try await IndexFleet.run(2) { fleet in
            let repository = fleet.repository
            try await fleet.put(0, "old", "1")
            let old = try await fleet.commit(0)
            for (one, other) in [(0, 1), (1, 0)] {
                #expect(try await fleet.contents(other, old.id.string) == ["old": "1"])
                _ = try await fleet.call(
                    one, SetProtection.self, SetProtection.Request(repository: repository, patterns: ["ma*"]))
                let refusal = await #expect(throws: RPCError.self) { try await fleet.put(other, "x", "1") }
                #expect(refusal?.code == .forbidden)
                _ = try await fleet.call(
                    one, SetProtection.self, SetProtection.Request(repository: repository, patterns: []))
                try await fleet.put(other, "x", "1")
            }
            // Another under the same name, which has nothing of the old one.
            _ = try await fleet.call(0, DeleteRepository.self, DeleteRepository.Request(name: repository))
            for reference in ["main", old.id.string] {
                let gone = await #expect(throws: RPCError.self) { try await fleet.contents(1, reference) }
                #expect(gone?.code == .notFound)
            }
            _ = try await fleet.call(
                0, CreateRepository.self,
                CreateRepository.Request(
                    name: repository, storageNamespace: try StorageNamespace("local://another"),
                    defaultBranch: try BranchName("main")))
            #expect(try await fleet.contents(1) == [:])
            for number in 0..<2 {
                let gone = await #expect(throws: RPCError.self) { try await fleet.contents(number, old.id.string) }
                #expect(gone?.code == .notFound)
            }
            try await fleet.put(1, "new", "1")
            #expect(try await fleet.contents(0) == ["new": "1"])
            let target = try await fleet.call(
                1, GetWriteTarget.self, GetWriteTarget.Request(repository: repository, branch: try BranchName("main")))
            #expect(target.storageNamespace.string == "local://another")
        }
    }
}
