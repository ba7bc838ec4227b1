import Domain
import ObjectStore
import StorageWorker
import Synchronization
import Testing
import Wire

@Suite("Clean-up removes bytes that were never staged, and nothing else")
struct CleanUnstagedTests {
    @Test("an old address without a reference goes after two looks; the others stay")
    func twoLooks() async throws {
        try await CleanUpScene.with { scene in
            let orphan = try await scene.write(hoursAgo: 40, isReferenced: false)
            let another = try await scene.write(hoursAgo: 27, isReferenced: false)
            let referenced = try await scene.write(hoursAgo: 40, isReferenced: true)
            let young = try await scene.write(hoursAgo: 20, isReferenced: false)

            #expect(try await scene.worker.workOnce())
            #expect(scene.index.marks == [orphan, another])
            for address in [orphan, another, referenced, young] { #expect(try await scene.exists(address)) }

            // Too early for the second look.
            #expect(try await scene.worker.workOnce())
            #expect(try await scene.exists(orphan))

            scene.wait(hours: 1)
            #expect(try await scene.worker.workOnce())
            #expect(try await scene.exists(orphan) == false)
            #expect(try await scene.exists(another) == false)
            #expect(try await scene.exists(referenced))
            #expect(try await scene.exists(young))
            #expect(scene.index.marks.isEmpty)
        }
    }

    @Test("what was referred to between the looks stays, and is not marked again")
    func reprieve() async throws {
        try await CleanUpScene.with { scene in
            let address = try await scene.write(hoursAgo: 30, isReferenced: false)
            _ = try await scene.worker.workOnce()
            #expect(scene.index.marks == [address])
            _ = scene.index.state.withLock { $0.referenced.insert(address) }
            scene.wait(hours: 2)
            _ = try await scene.worker.workOnce()
            #expect(try await scene.exists(address))
            #expect(scene.index.marks.isEmpty)
        }
    }

    @Test("an hour is looked at when its last second is old enough, and then once")
    func hours() async throws {
        try await CleanUpScene.with { scene in
            let address = try await scene.write(hoursAgo: 25, isReferenced: false)
            _ = try await scene.worker.workOnce()
            #expect(scene.index.marks.isEmpty)
            scene.wait(hours: 2)
            _ = try await scene.worker.workOnce()
            #expect(scene.index.marks == [address])
        }
    }

    @Test("whatever call the worker dies at, the next one finishes the work", arguments: 0..<12)
    func crash(calls: Int) async throws {
        try await CleanUpScene.with { scene in
            var orphans: [String] = []
            for hoursAgo: Int64 in 27..<34 {
                orphans.append(try await scene.write(hoursAgo: hoursAgo, isReferenced: false))
            }
            let kept = try await scene.write(hoursAgo: 30, isReferenced: true)
            for look in 0..<2 {
                scene.index.state.withLock { $0.callsLeft = calls }
                _ = try? await scene.worker.workOnce()
                scene.index.state.withLock { $0.callsLeft = nil }
                _ = try await scene.worker.workOnce()
                if look == 0 { scene.wait(hours: 2) }
            }
            for orphan in orphans { #expect(try await scene.exists(orphan) == false) }
            #expect(try await scene.exists(kept))
        }
    }

    @Test(
        "a lease or an end of a job that is not answered is asked for again under the same id: one lease, one end, no failure",
        arguments: [LeaseJob.name, FinishJob.name], [true, false])
    func unanswered(method: String, isCarriedOut: Bool) async throws {
        try await CleanUpScene.with { scene in
            scene.index.state.withLock { $0.unanswered = (method, isCarriedOut) }
            let working = Task { await scene.worker.run() }
            for _ in 0..<4_000 where scene.index.state.withLock({ $0.asked.count }) < 3 {
                try await Task.sleep(for: .milliseconds(5))
            }
            working.cancel()
            await working.value
            let (asked, finished) = scene.index.state.withLock { ($0.asked, $0.finished) }
            try #require(asked.count >= 3)
            #expect(asked[0] == asked[1] && asked[1] != asked[2])
            #expect(finished.first?.fencing == 2)
            #expect(Set(finished.map(\.fencing)).count == finished.count)
            #expect(finished.allSatisfy { $0.error == nil })
        }
    }

    @Test("a namespace that another repository uses is left alone")
    func shared() async throws {
        try await CleanUpScene.with { scene in
            let other = try FakeIndex.repository(2, "other", try StorageNamespace("local://lake/inside"))
            scene.index.state.withLock { $0.repositories.append(other) }
            let address = try await scene.write(hoursAgo: 40, isReferenced: false)
            for _ in 0..<2 {
                _ = try await scene.worker.workOnce()
                scene.wait(hours: 2)
            }
            #expect(try await scene.exists(address))
            #expect(scene.index.state.withLock { $0.finished.allSatisfy { $0.error != nil } })
        }
    }

    @Test("an upload that index does not know is dropped when it is old, one that it knows is kept")
    func uploads() async throws {
        try await CleanUpScene.with { scene in
            let forgotten = try ObjectAddress(scene.namespace, AddressMaker.make(at: 0))
            let known = try ObjectAddress(scene.namespace, AddressMaker.make(at: 1))
            _ = try await scene.store.createUpload(forgotten)
            let upload = try await scene.store.createUpload(known)
            let record = Upload(
                id: "u", repository: try RepositoryName("lake"), repositoryID: 1, storageNamespace: scene.namespace,
                branch: try BranchName("main"), path: try ObjectKey("k"), physicalAddress: "data/x",
                storeUploadID: upload.string, created: 0, contentType: "", userMetadata: [:], attributes: [:])
            scene.index.state.withLock {
                $0.uploads = [record]
                // The store stamps uploads by the machine's clock.
                $0.seconds = 4_000_000_000
            }
            _ = try await scene.worker.workOnce()
            let left = try await scene.store.uploads(in: scene.namespace).map(\.upload)
            #expect(left == [upload])
        }
    }

    @Test("no job is due: nothing is done")
    func idle() async throws {
        try await CleanUpScene.with { scene in
            scene.index.state.withLock { $0.isDue = false }
            let worked = try await scene.worker.workOnce()
            #expect(!worked)
        }
    }
}
