import Domain
import NIOCore
import ObjectStore
import TestSupport
import Testing
import Wire

@Suite("The storage worker with a real index", .serialized)
struct StorageAndIndexTests {
    /// Bytes that nobody refers to, and bytes that are staged or committed, all of them old.
    private struct Lake {
        var orphans: [String] = []
        var kept: [String] = []

        init(_ scene: StorageScene, hours: Range<Int64> = 27..<30) async throws {
            for hoursAgo in hours {
                orphans.append(try await scene.write(hoursAgo: hoursAgo))
                for name in ["committed", "staged"] {
                    let address = try await scene.write(hoursAgo: hoursAgo)
                    try await scene.stage(address, at: "\(name)-\(hoursAgo)")
                    kept.append(address)
                    if name == "committed" { try await scene.commit() }
                }
            }
        }

        /// - Parameter isCleaned: whether nothing but what is referred to is to be there.
        func check(_ scene: StorageScene, isCleaned: Bool) async throws {
            #expect(try await scene.present(kept) == kept)
            #expect(try await scene.present(orphans) == (isCleaned ? [] : orphans))
        }

        /// Checks that the orphans and nothing else are marked, and that a second look when it is time removes them.
        func checkSecondLook(_ scene: StorageScene) async throws {
            #expect(try await scene.clock.marks() == orphans.sorted())
            try await scene.clock.ageMarks()
            try await scene.clock.runJob()
            try await check(scene, isCleaned: true)
        }
    }

    @Test("bytes that no entry, commit or upload refers to go after two looks; all others stay")
    func whole() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            let overwritten = try await scene.write(hoursAgo: 30)
            try await scene.stage(overwritten, at: "key")
            try await scene.commit()
            try await scene.stage(lake.kept[0], at: "key")
            let late = try await scene.write(hoursAgo: 40)
            let young = try await scene.write(hoursAgo: 20)
            let upload = try await scene.beginUpload(hoursAgo: 40)

            try await scene.clock.runJob()
            #expect(try await scene.clock.marks() == (lake.orphans + [late]).sorted())
            // The second look is too early.
            try await scene.clock.runJob()
            try await lake.check(scene, isCleaned: false)

            try await scene.stage(late, at: "late")
            try await scene.clock.ageMarks()
            try await scene.clock.runJob()
            try await lake.check(scene, isCleaned: true)
            #expect(try await scene.present([overwritten, late, young]) == [overwritten, late, young])
            #expect(try await scene.store.uploads(in: scene.repository.storageNamespace).map(\.upload) == [upload])
            #expect(try await scene.clock.marks() == [])
            #expect(try await scene.clock.job().error == nil)
        }
    }

    @Test("bytes at an address that was handed out stay while it can be linked, which is 24 h, and go when nobody has")
    func handedOut() async throws {
        try await StorageScene.run { scene in
            let token = "," + String(repeating: "Ab-_", count: 8)
            // The oldest that can be linked still is of the hour that was 24 h ago.
            let (linkable, linked) = (scene.address(hoursAgo: 24) + token, scene.address(hoursAgo: 30) + token)
            let forgotten = scene.address(hoursAgo: 30) + token
            for address in [linkable, linked, forgotten] {
                _ = try await scene.store.put(
                    scene.place(address), body: ObjectBody(ByteBuffer(string: address)))
            }
            try await scene.stage(linked, at: "linked")
            try await scene.clock.runJob()
            #expect(try await scene.clock.marks() == [forgotten])
            try await scene.clock.ageMarks()
            try await scene.clock.runJob()
            #expect(try await scene.present([linkable, linked, forgotten]) == [linkable, linked])
        }
    }

    @Test("while the index is down nothing is removed; when it is back, the same worker goes on within seconds")
    func down() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            try await scene.clock.runJob()
            try await scene.clock.ageMarks()
            scene.index.kill()
            let before = try await scene.clock.job().fencing
            try await scene.clock.makeDue()
            try await Task.sleep(for: .seconds(2))
            try await lake.check(scene, isCleaned: false)
            #expect(try await scene.clock.job().fencing == before)
            let health = try await RawHTTPClient.get(port: scene.worker.internalPort, "/healthz")
            #expect(health.status == 200)

            try await scene.index.start()
            try await scene.clock.untilDone(after: before)
            try await lake.check(scene, isCleaned: true)
        }
    }

    @Test("an index that is slow in the middle of a job is waited for")
    func slow() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            let before = try await scene.clock.job().fencing
            try await scene.clock.holdingMarks {
                try await scene.clock.makeDue()
                try await scene.clock.untilMarkingWaits()
                scene.index.freeze()
                try await Task.sleep(for: .seconds(1))
            }
            scene.index.thaw()
            try await scene.clock.untilDone(after: before)
            #expect(try await scene.clock.marks() == lake.orphans.sorted())
            try await lake.check(scene, isCleaned: false)
        }
    }

    @Test(
        "an index killed in the middle of a job is asked for the same job again when it is back, before the lease ends")
    func restarted() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            var lease: Int64 = 0
            try await scene.clock.holdingMarks {
                try await scene.clock.makeDue()
                try await scene.clock.untilMarkingWaits()
                lease = try await scene.clock.job().fencing
                scene.index.kill()
            }
            // For longer than a call waits for an index that is away, so that not even the failure can be told.
            try await Task.sleep(for: .seconds(5))
            try await scene.index.start()
            try await scene.clock.untilDone(after: lease - 1)
            #expect(try await scene.clock.job().fencing == lease)
            // On a busy machine it may have been told after all; the job is then done again when it is due.
            if try await scene.clock.job().error != nil { try await scene.clock.runJob() }
            try await lake.checkSecondLook(scene)
        }
    }

    @Test("the job of a killed worker is nobody's until its lease ends, then another's, who finishes it")
    func workerKilled() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            let other = try scene.anotherWorker()
            var lease: Int64 = 0
            try await scene.clock.holdingMarks {
                try await scene.clock.makeDue()
                try await scene.clock.untilMarkingWaits()
                scene.worker.kill()
                lease = try await scene.clock.job().fencing
                try await other.start()
                try await Task.sleep(for: .seconds(2))
                #expect(try await scene.clock.job().fencing == lease)
            }
            try await scene.clock.endLease()
            try await scene.clock.untilDone(after: lease)
            try await lake.checkSecondLook(scene)
            other.kill()
        }
    }

    @Test("a worker that was away for longer than its lease changes nothing any more, and takes the next job")
    func fenced() async throws {
        try await StorageScene.run { scene in
            let lake = try await Lake(scene)
            let other = try scene.anotherWorker()
            var lease: Int64 = 0
            try await scene.clock.holdingMarks {
                try await scene.clock.makeDue()
                try await scene.clock.untilMarkingWaits()
                scene.worker.freeze()
                lease = try await scene.clock.job().fencing
            }
            try await scene.clock.endLease()
            try await other.start()
            try await scene.clock.untilDone(after: lease)
            let done = try await scene.clock.job()
            other.kill()
            scene.worker.thaw()
            try await Task.sleep(for: .seconds(2))
            #expect(try await scene.clock.job().fencing == done.fencing)
            #expect(try await scene.clock.job().error == nil)
            try await lake.checkSecondLook(scene)
        }
    }
}
