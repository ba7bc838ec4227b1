import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct JobTests {
    private static func due(lease: Duration = .seconds(30)) async throws -> TestIndex {
        var limits = TestIndex.quiet
        limits.cleanUpInterval = .zero
        limits.jobLease = lease
        return try await TestIndex.make(limits: limits)
    }

    private static func lease(
        _ index: TestIndex, operation: OperationID = OperationID()
    ) async throws -> Job? {
        try await index.catalog.leaseJob(
            LeaseJob.Request(kinds: [.cleanUnstaged], owner: "worker", operationID: operation),
            TestIndex.context(as: nil)
        ).job
    }

    private static func heartbeat(_ index: TestIndex, _ job: Job, _ progress: String) async throws {
        _ = try await index.catalog.heartbeatJob(
            HeartbeatJob.Request(jobID: job.id, fencing: job.fencing, progress: progress), TestIndex.context(as: nil))
    }

    private static func finish(_ index: TestIndex, _ job: Job, again: Int64?) async throws {
        _ = try await index.catalog.finishJob(
            FinishJob.Request(jobID: job.id, fencing: job.fencing, progress: "done", againAfterSeconds: again),
            TestIndex.context(as: nil))
    }

    @Test("One worker has a job at a time; the call sent again gets the same lease")
    func lease() async throws {
        let index = try await Self.due()
        let other = try index.second()
        let operation = OperationID()
        let job = try #require(try await Self.lease(index, operation: operation))
        #expect(job.repository == index.repository && job.kind == .cleanUnstaged && job.progress.isEmpty)
        #expect(try await Self.lease(other) == nil)
        #expect(try await Self.lease(other, operation: operation)?.fencing == job.fencing)
        #expect(try await Self.lease(index, operation: operation)?.leaseMilliseconds == job.leaseMilliseconds)
        try await Self.heartbeat(other, job, "half")
        try await Self.finish(index, job, again: 3_600)
        try await Self.finish(index, job, again: 0)
        #expect(try await Self.lease(other) == nil)
    }

    @Test("A lease that ended is another's: the first holder's changes are refused")
    func fencing() async throws {
        let index = try await Self.due(lease: .seconds(1))
        let first = try #require(try await Self.lease(index))
        try await Self.heartbeat(index, first, "half")
        try await Task.sleep(for: .milliseconds(1_200))
        let second = try #require(try await Self.lease(index))
        #expect(second.fencing == first.fencing + 1 && second.progress == "half")
        await expectError(.conflict) { try await Self.heartbeat(index, first, "late") }
        await expectError(.conflict) { try await Self.finish(index, first, again: nil) }
        await expectError(.notFound) {
            try await index.catalog.heartbeatJob(
                HeartbeatJob.Request(jobID: "999-\(OperationID())", fencing: 1, progress: ""),
                TestIndex.context(as: nil))
        }
        await expectError(.notFound) {
            try await index.catalog.heartbeatJob(
                HeartbeatJob.Request(jobID: "nonsense", fencing: 1, progress: ""), TestIndex.context(as: nil))
        }
    }

    @Test("A finished job is due again when it was told to be, and a deleted repository's never")
    func again() async throws {
        let index = try await Self.due()
        let job = try #require(try await Self.lease(index))
        try await Self.finish(index, job, again: 0)
        let next = try #require(try await Self.lease(index))
        #expect(next.fencing == job.fencing + 1)
        try await Self.finish(index, next, again: 0)
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: index.repository), index.context)
        #expect(try await Self.lease(index) == nil)
    }

    @Test("Marks keep the time of the first, are listed by age, and are changed under the lease alone")
    func marks() async throws {
        let index = try await Self.due()
        let job = try #require(try await Self.lease(index))
        func mark(_ addresses: [String], fencing: Int64) async throws {
            _ = try await index.catalog.markAddresses(
                MarkAddresses.Request(
                    jobID: job.id, fencing: fencing, repositoryID: job.repositoryID, addresses: addresses),
                TestIndex.context(as: nil))
        }
        func marked(age: Int64 = 0, after: String = "", amount: Int = 10) async throws -> [String] {
            let page = try await index.catalog.listMarkedAddresses(
                ListMarkedAddresses.Request(
                    repositoryID: job.repositoryID, minimumAgeSeconds: age, after: after, amount: amount),
                TestIndex.context(as: nil))
            return page.results + (page.hasMore ? ["…"] : [])
        }
        await expectError(.conflict) { try await mark(["x"], fencing: job.fencing - 1) }
        try await mark(["b", "a"], fencing: job.fencing)
        try await mark(["a", "c"], fencing: job.fencing)
        #expect(try await marked() == ["a", "b", "c"])
        #expect(try await marked(after: "a", amount: 1) == ["b", "…"])
        #expect(try await marked(age: 60) == [])
        _ = try await index.catalog.forgetMarkedAddresses(
            ForgetMarkedAddresses.Request(
                jobID: job.id, fencing: job.fencing, repositoryID: job.repositoryID, addresses: ["b", "x"]),
            TestIndex.context(as: nil))
        #expect(try await marked() == ["a", "c"])
    }

    @Test("A scan tells every address of the hours that a commit, a staged row, a working tree or an upload refers to")
    func scan() async throws {
        let index = try await Self.due()
        let repository = try await index.catalog.getRepository(
            GetRepository.Request(name: index.repository), index.context)
        func put(_ path: String, _ address: String) async throws {
            var entry = TestIndex.entry(path)
            entry.address = .relative(address)
            try await index.put(path, entry)
        }
        try await put("old", "data/2026-01-01T10/old")
        try await put("committed", "data/2026-01-01T11/committed")
        try await put("overwritten", "data/2026-01-01T11/overwritten")
        try await put("late", "data/2026-01-01T13/late")
        try await index.commit()
        try await put("overwritten", "data/2026-01-01T12/again")
        try await put("folded", "data/2026-01-01T12/folded")
        try await index.fold()
        try await put("staged", "data/2026-01-01T12/staged")
        try await put("copy", "elsewhere/x")
        try await index.put(
            "full", Entry(address: .full("s3://b/data/2026-01-01T11/x"), size: 0, checksum: "", modified: 0))
        _ = try await index.catalog.createUpload(
            CreateUpload.Request(
                repository: index.repository, repositoryID: repository.id, branch: try BranchName("main"),
                path: try ObjectKey("up"), physicalAddress: "data/2026-01-01T12/uploading", storeUploadID: "",
                contentType: "", userMetadata: [:], attributes: [:]), index.context)
        var found: Set<String> = []
        var cursor: String?
        repeat {
            let page = try await index.catalog.scanAddresses(
                ScanAddresses.Request(
                    repositoryID: repository.id, firstHour: "2026-01-01T11", lastHour: "2026-01-01T12",
                    cursor: cursor), TestIndex.context(as: nil))
            found.formUnion(page.addresses)
            cursor = page.cursor
        } while cursor != nil
        #expect(
            found.sorted() == [
                "data/2026-01-01T11/committed", "data/2026-01-01T11/overwritten", "data/2026-01-01T12/again",
                "data/2026-01-01T12/folded", "data/2026-01-01T12/staged", "data/2026-01-01T12/uploading",
            ])
        await expectError(.notFound) {
            try await index.catalog.scanAddresses(
                ScanAddresses.Request(repositoryID: 999, firstHour: "a", lastHour: "b"), TestIndex.context(as: nil))
        }
    }
}
