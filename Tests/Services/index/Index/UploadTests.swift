import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct UploadTests {
    private static func begin(
        _ index: TestIndex, _ path: String = "big", operation: OperationID = OperationID()
    ) async throws -> Upload {
        let target = try await index.catalog.getWriteTarget(
            GetWriteTarget.Request(repository: index.repository, branch: try BranchName("main")), index.context)
        return try await index.catalog.createUpload(
            CreateUpload.Request(
                repository: index.repository, repositoryID: target.repositoryID, branch: try BranchName("main"),
                path: try ObjectKey(path), physicalAddress: "data/2026-11-22T19/\(path)", storeUploadID: "store-1",
                contentType: "text/plain", userMetadata: ["k": "v"], attributes: ["cache-control": "no-store"],
                operationID: operation), index.context)
    }

    private static func put(
        _ index: TestIndex, _ upload: Upload, _ number: Int, _ etag: String, operation: OperationID = OperationID()
    ) async throws {
        _ = try await index.catalog.putUploadPart(
            PutUploadPart.Request(
                repository: index.repository, uploadID: upload.id,
                part: UploadPart(
                    number: number, size: 5, etag: etag, storeETag: "s-\(etag)", modified: 7, checksums: ["c": "d"]),
                operationID: operation), index.context)
    }

    private static func complete(
        _ index: TestIndex, _ upload: Upload, _ parts: [(Int, String)]
    ) async throws -> CompletionState {
        try await index.catalog.beginCompleteUpload(
            BeginCompleteUpload.Request(
                repository: index.repository, uploadID: upload.id, path: upload.path,
                parts: parts.map { CompletedPart(number: $0.0, etag: $0.1) }), index.context
        ).state
    }

    private static func finish(
        _ index: TestIndex, _ upload: Upload, _ entry: Entry, if condition: WriteCondition = .none
    ) async throws {
        _ = try await index.catalog.finishUpload(
            FinishUpload.Request(
                repository: index.repository, uploadID: upload.id, entry: entry, condition: condition), index.context)
    }

    private static func abort(
        _ index: TestIndex, _ upload: Upload, operation: OperationID = OperationID()
    ) async throws -> Upload {
        try await index.catalog.abortUpload(
            AbortUpload.Request(repository: index.repository, uploadID: upload.id, operationID: operation),
            index.context)
    }

    private static func numbers(_ state: CompletionState) -> [Int] {
        if case .completing(let parts) = state { parts.map(\.number) } else { [] }
    }

    @Test("From begin to end: parts in any order, the chosen ones joined, the entry staged once")
    func completion() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        let operation = OperationID()
        let upload = try await Self.begin(index, operation: operation)
        #expect(try await Self.begin(other, operation: operation) == upload)
        for (number, etag) in [(3, "c"), (1, "a"), (2, "b")] { try await Self.put(other, upload, number, etag) }
        try await Self.put(index, upload, 2, "b2")
        #expect(
            try await index.catalog.getUpload(
                GetUpload.Request(repository: index.repository, uploadID: upload.id), index.context) == upload)
        let parts = try await index.catalog.listUploadParts(
            ListUploadParts.Request(repository: index.repository, uploadID: upload.id, after: 1, amount: 1),
            index.context)
        #expect(parts.results.map(\.etag) == ["b2"] && parts.hasMore)
        #expect(parts.results.first?.checksums == ["c": "d"])

        await expectError(.invalidArgument) { try await Self.complete(index, upload, [(2, "b2"), (1, "a")]) }
        await expectError(.invalidArgument) { try await Self.complete(index, upload, []) }
        await expectError(.notFound) { try await Self.complete(index, upload, [(1, "a"), (2, "b")]) }
        await expectError(.notFound) { try await Self.complete(index, upload, [(4, "d")]) }
        await expectError(.notFound) { try await Self.finish(index, upload, TestIndex.entry("x")) }
        #expect(Self.numbers(try await Self.complete(index, upload, [(1, "a"), (3, "c")])) == [1, 3])
        #expect(Self.numbers(try await Self.complete(other, upload, [(1, "a"), (3, "c")])) == [1, 3])
        await expectError(.conflict) { try await Self.complete(index, upload, [(1, "a")]) }
        await expectError(.notFound) { try await Self.put(index, upload, 5, "e") }

        let entry = TestIndex.entry("joined")
        try await Self.finish(index, upload, entry)
        try await index.commit()
        try await Self.finish(other, upload, entry)
        #expect(try await index.entry("big") == entry)
        #expect(try await index.uncommitted() == [])
        #expect(try await Self.complete(index, upload, [(1, "a"), (3, "c")]) == .completed(entry))
        await expectError(.notFound) { try await Self.complete(index, upload, [(1, "a")]) }
        await expectError(.notFound) { try await Self.complete(index, upload, [(1, "a"), (3, "d")]) }
        await expectError(.notFound) { try await Self.abort(index, upload) }
        await expectError(.notFound) {
            try await index.catalog.getUpload(
                GetUpload.Request(repository: index.repository, uploadID: upload.id), index.context)
        }
    }

    @Test("An older part that arrives again does not replace a newer one")
    func repeatedPart() async throws {
        let index = try await TestIndex.make()
        let upload = try await Self.begin(index)
        let operation = OperationID()
        try await Self.put(index, upload, 1, "old", operation: operation)
        try await Self.put(index, upload, 1, "new")
        try await Self.put(index, upload, 1, "old", operation: operation)
        #expect(Self.numbers(try await Self.complete(index, upload, [(1, "new")])) == [1])
        for number in [0, 10_001] {
            await expectError(.invalidArgument) { try await Self.put(index, upload, number, "x") }
        }
    }

    @Test("A condition that fails leaves the upload where it is; two that finish at once stage one entry")
    func conditions() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        try await index.put("big", "1")
        let upload = try await Self.begin(index)
        try await Self.put(index, upload, 1, "a")
        _ = try await Self.complete(index, upload, [(1, "a")])
        let entry = TestIndex.entry("joined")
        await expectError(.preconditionFailed) { try await Self.finish(index, upload, entry, if: .ifAbsent) }
        try await index.delete("big")
        async let one: Void = Self.finish(index, upload, entry, if: .ifAbsent)
        async let two: Void = Self.finish(other, upload, entry, if: .ifAbsent)
        _ = try await (one, two)
        #expect(try await index.entry("big") == entry)
    }

    @Test("An aborted upload is gone, except to the call that aborted it")
    func abort() async throws {
        let index = try await TestIndex.make()
        let upload = try await Self.begin(index)
        let operation = OperationID()
        #expect(try await Self.abort(index, upload, operation: operation) == upload)
        #expect(try await Self.abort(index, upload, operation: operation) == upload)
        await expectError(.notFound) { try await Self.abort(index, upload) }
        await expectError(.notFound) { try await Self.put(index, upload, 1, "a") }
        await expectError(.notFound) { try await Self.complete(index, upload, [(1, "a")]) }
    }

    @Test("The address of an aborted upload is marked for clean-up when its row goes, that of a completed one is not")
    func abortedAddresses() async throws {
        let index = try await TestIndex.make()
        let (aborted, completed, open) = (
            try await Self.begin(index, "a"), try await Self.begin(index, "b"), try await Self.begin(index, "c")
        )
        for upload in [aborted, completed, open] { try await Self.put(index, upload, 1, "e") }
        for upload in [aborted, completed] { _ = try await Self.complete(index, upload, [(1, "e")]) }
        try await Self.finish(index, completed, TestIndex.entry("joined"))
        _ = try await Self.abort(index, aborted)
        try await Upkeep(index.catalog).sweepUploads()
        #expect(try await index.count("marked_address") == 0)
        try await index.sql("UPDATE upload SET changed = now() - interval '26 hours'")
        try await Upkeep(index.catalog).sweepUploads()
        let marked = try await index.sql("SELECT address FROM marked_address")
        let addresses = try marked.map { try $0.text(0) }
        #expect(addresses == [aborted.physicalAddress])
        #expect(try await index.count("upload") == 1)
    }

    @Test("An upload is completed or aborted, whichever comes first, and not both", arguments: [false, true])
    func abortAmidCompletion(_ isRacing: Bool) async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        let upload = try await Self.begin(index)
        try await Self.put(index, upload, 1, "a")
        _ = try await Self.complete(index, upload, [(1, "a")])
        if isRacing {
            async let finished: Void = Self.finish(index, upload, TestIndex.entry("joined"))
            async let aborted = Self.abort(other, upload)
            let isThere: Bool
            do {
                try await finished
                isThere = true
            } catch let error as RPCError {
                #expect(error.code == .notFound)
                isThere = false
            }
            let isAborted = (try? await aborted) != nil
            #expect(isAborted != isThere)
            #expect(try await index.contents().isEmpty != isThere)
        } else {
            _ = try await Self.abort(other, upload)
            await expectError(.notFound) { try await Self.finish(index, upload, TestIndex.entry("joined")) }
            await expectError(.notFound) { try await Self.complete(index, upload, [(1, "a")]) }
            #expect(try await index.contents().isEmpty)
        }
    }

    @Test("A write that rests on the entry it read is refused when that was replaced, by one of the same content too")
    func unchanged() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        let read = try await index.entry("a")
        let condition = WriteCondition.ifUnchanged(etag: read.checksum, modified: read.modified)
        var changed = read
        changed.attributes["x-amz-tagging"] = "k=v"
        try await index.put("a", changed, if: condition)
        #expect(try await index.entry("a") == changed)
        changed.modified += 1
        try await index.put("a", changed)
        await expectError(.preconditionFailed) { try await index.put("a", read, if: condition) }
        try await index.delete("a")
        await expectError(.notFound) { try await index.put("a", read, if: condition) }
    }

    @Test("The uploads of a branch end with it, others go on")
    func deletedBranch() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.tag("v1")
        let target = try await index.catalog.getWriteTarget(
            GetWriteTarget.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        func begin(_ branch: String) async throws -> Upload {
            try await index.catalog.createUpload(
                CreateUpload.Request(
                    repository: index.repository, repositoryID: target.repositoryID, branch: try BranchName(branch),
                    path: try ObjectKey("a"), physicalAddress: "data/2026-11-22T19/\(branch)", storeUploadID: "s",
                    contentType: "", userMetadata: [:], attributes: [:]), index.context)
        }
        let (open, completing, other) = (try await begin("dev"), try await begin("dev"), try await begin("main"))
        try await Self.put(index, completing, 1, "e")
        _ = try await Self.complete(index, completing, [(1, "e")])
        _ = try await index.catalog.deleteTag(
            DeleteTag.Request(repository: index.repository, tag: try TagName("v1")), index.context)
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        try await index.branch("dev")
        for upload in [open, completing] {
            await expectError(.notFound) { try await Self.put(index, upload, 1, "e") }
            await expectError(.notFound) { try await Self.finish(index, upload, TestIndex.entry("joined")) }
        }
        try await Self.put(index, other, 1, "e")
        let listed = try await index.catalog.listUploads(
            ListUploads.Request(repository: index.repository, branch: nil, amount: 10), index.context)
        #expect(listed.results == [other])
    }

    @Test("Uploads are listed by path, then id, page by page")
    func list() async throws {
        let index = try await TestIndex.make()
        for path in ["b", "a", "b", "d/1", "d/2"] { _ = try await Self.begin(index, path) }
        func paths(prefix: String = "", amount: Int = 1_000) async throws -> [String] {
            var paths: [String] = []
            var last: (path: String, id: String) = ("", "")
            while true {
                let page = try await index.catalog.listUploads(
                    ListUploads.Request(
                        repository: index.repository, branch: try BranchName("main"), prefix: prefix,
                        afterPath: last.path, afterID: last.id, amount: amount), index.context)
                paths += page.results.map(\.path.string)
                guard page.hasMore, let row = page.results.last else { return paths }
                last = (row.path.string, row.id)
            }
        }
        for amount in [1, 2, 1_000] {
            #expect(try await paths(amount: amount) == ["a", "b", "b", "d/1", "d/2"])
            #expect(try await paths(prefix: "d", amount: amount) == ["d/1", "d/2"])
        }
        await expectError(.notFound, "branch not found") {
            try await index.catalog.createUpload(
                CreateUpload.Request(
                    repository: index.repository,
                    repositoryID: try await index.catalog.getRepository(
                        GetRepository.Request(name: index.repository), index.context
                    ).id, branch: try BranchName("nothing"), path: try ObjectKey("a"), physicalAddress: "data/h/x",
                    storeUploadID: "", contentType: "", userMetadata: [:], attributes: [:]), index.context)
        }
    }
}
