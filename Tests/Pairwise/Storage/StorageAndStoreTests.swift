import Domain
import ObjectStore
import TestSupport
import Testing
import Wire

@Suite("The storage worker with real stores", .serialized)
struct StorageAndStoreTests {
    /// Runs a worker over SeaweedFS behind a proxy that can fail; the test itself writes to it directly.
    private static func withS3(
        _ body: (StorageScene, FaultProxy, SeaweedServer) async throws -> Void
    ) async throws {
        let server = try await SeaweedServer()
        let proxy = try await FaultProxy.start(upstreamPort: server.port)
        let outcome: Result<Void, any Error>
        do {
            try await StorageScene.run(
                namespace: try await server.freshNamespace(), SeaweedServer.variables(port: server.port),
                worker: SeaweedServer.variables(port: proxy.port)
            ) { scene in try await body(scene, proxy, server) }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await proxy.shutDown()
        try outcome.get()
    }

    private static func write(_ scene: StorageScene) async throws -> (orphans: [String], kept: [String]) {
        var (orphans, kept): ([String], [String]) = ([], [])
        for hoursAgo: Int64 in 27..<33 {
            orphans.append(try await scene.write(hoursAgo: hoursAgo))
            kept.append(try await scene.write(hoursAgo: hoursAgo))
            try await scene.stage(kept[kept.count - 1], at: "kept-\(hoursAgo)")
        }
        return (orphans, kept)
    }

    @Test("what nobody refers to is removed from the store, also uploads that the index never heard of")
    func local() async throws { try await StorageScene.run(["TARN_CLEANUP_MIN_AGE": "0s"], Self.whole) }

    @Test(
        "what nobody refers to is removed from S3, also uploads that the index never heard of",
        .enabled(if: SeaweedServer.isExpected))
    func s3() async throws {
        let server = try await SeaweedServer.shared()
        let variables = SeaweedServer.variables(port: server.port).merging(["TARN_CLEANUP_MIN_AGE": "0s"]) { $1 }
        try await StorageScene.run(namespace: try await server.freshNamespace(), variables, Self.whole)
    }

    private static func whole(_ scene: StorageScene) async throws {
        let (orphans, kept) = try await write(scene)
        let recorded = try await scene.beginUpload(hoursAgo: 40)
        let forgotten = try await scene.beginUpload(hoursAgo: 40, isRecorded: false)
        let namespace = scene.repository.storageNamespace
        let begun = Set(try await scene.store.uploads(in: namespace).map(\.upload))
        #expect(begun == [recorded, forgotten])
        // The store stamps uploads by whole seconds.
        try await Task.sleep(for: .seconds(1.1))
        try await scene.clock.runJob()
        #expect(try await scene.present(orphans + kept) == orphans + kept)
        #expect(try await scene.store.uploads(in: namespace).map(\.upload) == [recorded])
        try await scene.clock.ageMarks()
        try await scene.clock.runJob()
        #expect(try await scene.present(orphans + kept) == kept)
        #expect(try await scene.clock.job().error == nil)
    }

    @Test(
        "while the store is down the job fails and says so; back again, the same worker does it",
        .enabled(if: SeaweedServer.isExpected))
    func down() async throws {
        try await Self.withS3 { scene, _, server in
            let (orphans, kept) = try await Self.write(scene)
            try await scene.clock.runJob()
            try await scene.clock.ageMarks()
            server.kill()
            try await scene.clock.runJob()
            #expect(try await scene.clock.job().error != nil)
            // What could not be removed is not forgotten.
            #expect(try await scene.clock.marks() == orphans.sorted())
            try await server.start()
            try await scene.clock.runJob()
            #expect(try await scene.clock.job().error == nil)
            #expect(try await scene.clock.marks() == [])
            #expect(try await scene.present(orphans + kept) == kept)
        }
    }

    @Test("a store that is slow is waited for", .enabled(if: SeaweedServer.isExpected))
    func slow() async throws {
        try await Self.withS3 { scene, proxy, _ in
            let (orphans, kept) = try await Self.write(scene)
            proxy.set { $0.delayMilliseconds = 100 }
            try await scene.clock.runJob()
            try await scene.clock.ageMarks()
            try await scene.clock.runJob()
            #expect(try await scene.clock.job().error == nil)
            #expect(try await scene.present(orphans + kept) == kept)
        }
    }

    @Test(
        "answers that are cut off never pass for whole ones: in the end all is removed, and nothing else",
        .enabled(if: SeaweedServer.isExpected))
    func cut() async throws {
        try await Self.withS3 { scene, proxy, _ in
            let (orphans, kept) = try await Self.write(scene)
            for bytes in [100, 400, 700, 1_000] {
                proxy.cutAll()
                proxy.set { $0.cutsAfterReceived = bytes }
                try await scene.clock.runJob()
                try await scene.clock.ageMarks()
                #expect(try await scene.present(kept) == kept)
            }
            proxy.behave()
            for _ in 0..<2 {
                try await scene.clock.runJob()
                try await scene.clock.ageMarks()
            }
            #expect(try await scene.clock.job().error == nil)
            #expect(try await scene.present(orphans + kept) == kept)
        }
    }

    @Test(
        "a worker killed while the store is slow to remove leaves the rest to the next",
        .enabled(if: SeaweedServer.isExpected))
    func killed() async throws {
        try await Self.withS3 { scene, proxy, _ in
            let (orphans, kept) = try await Self.write(scene)
            try await scene.clock.runJob()
            try await scene.clock.ageMarks()
            proxy.set { $0.delayMilliseconds = 200 }
            let before = try await scene.clock.job().fencing
            try await scene.clock.makeDue()
            try await scene.clock.untilLeased(after: before)
            while try await scene.present(orphans).count == orphans.count {
                try await Task.sleep(for: .milliseconds(20))
            }
            scene.worker.kill()
            proxy.behave()
            try await scene.worker.start()
            try await scene.clock.endLease()
            try await scene.clock.untilDone(after: before + 1)
            #expect(try await scene.present(orphans + kept) == kept)
            #expect(try await scene.clock.marks() == [])
        }
    }
}
