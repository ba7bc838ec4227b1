import Database
import Domain
import Testing
import Wire

@testable import Index

/// Deleting a repository only if it is empty: against what is there, and against what is under way.
@Suite(.serialized) struct DeleteEmptyTests {
    private static func delete(_ index: TestIndex, operation: OperationID = OperationID()) async throws {
        _ = try await index.catalog.deleteRepository(
            DeleteRepository.Request(name: index.repository, onlyIfEmpty: true, operationID: operation), index.context)
    }

    private static func upload(_ index: TestIndex) async throws -> Upload {
        let repository = try await index.catalog.getRepository(
            GetRepository.Request(name: index.repository), index.context)
        return try await index.catalog.createUpload(
            CreateUpload.Request(
                repository: index.repository, repositoryID: repository.id, branch: try BranchName("main"),
                path: try ObjectKey("a"), physicalAddress: "data/2026-11-22T19/a", storeUploadID: "s",
                contentType: "", userMetadata: [:], attributes: [:]), index.context)
    }

    @Test("One that shows nothing is deleted, whatever was on it and on its branches before; twice with one id, once")
    func empty() async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        try await index.branch("hidden", isHidden: true)
        for folds in [false, true] {
            try await index.put("a", "1")
            try await index.put("b", "1", on: "dev")
            if folds { try await index.fold() }
            try await index.seal()
            try await index.delete("a", "c")
            if folds { try await index.fold("dev") }
            try await index.delete("b", on: "dev")
        }
        let operation = OperationID()
        try await Self.delete(index, operation: operation)
        await expectError(.notFound, "repository not found") { try await index.put("a", "1") }
        _ = try await index.create(index.repository, namespace: "local://elsewhere")
        try await Self.delete(index, operation: operation)
        try await index.put("a", "1")
        await expectError(.preconditionFailed, "objects") { try await Self.delete(index) }
        // The upkeep takes its rows away as those of any other.
        try await index.sql("UPDATE token SET since = now() - interval '1 hour'")
        try await index.sql("UPDATE repository SET deleted = now() - interval '1 hour' WHERE deleted IS NOT NULL")
        try await Upkeep(index.catalog).round()
        #expect(try await index.count("repository") == 1)
        #expect(try await index.contents() == ["a": "1"])
    }

    @Test(
        "One with anything in it is not, and is as it was",
        arguments: [
            ("staged", "objects"), ("staged again", "objects"), ("folded", "objects"), ("partly deleted", "objects"),
            ("dev", "objects"),
            ("hidden", "objects"), ("commit", "commits"), ("deleted branch", "commits"), ("tag", "tags"),
            ("upload", "uploads"), ("completing", "uploads"), ("completed", "objects"),
        ])
    func notEmpty(_ what: String, _ told: String) async throws {
        let index = try await TestIndex.make()
        switch what {
        case "staged": try await index.put("a", "1")
        case "staged again":
            try await index.put("a", "1")
            try await index.delete("a")
            try await index.seal()
            try await index.put("a", "2")
        case "folded":
            try await index.put("a", "1")
            try await index.fold()
        case "partly deleted":
            try await index.put("a", "1")
            try await index.put("b", "1")
            try await index.fold()
            try await index.delete("a")
        case "dev":
            try await index.branch("dev")
            try await index.put("a", "1", on: "dev")
        case "hidden":
            try await index.branch("hidden", isHidden: true)
            try await index.put("a", "1", on: "hidden")
        case "commit": try await index.commit(allowsEmpty: true)
        case "deleted branch":
            try await index.branch("dev")
            try await index.put("a", "1", on: "dev")
            try await index.commit("dev")
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(repository: index.repository, branch: try BranchName("dev")), index.context)
        case "tag": try await index.tag("v1")
        case "upload": _ = try await Self.upload(index)
        default:
            let upload = try await Self.upload(index)
            let part = UploadPart(number: 1, size: 1, etag: "e", storeETag: "e", modified: 1, checksums: [:])
            _ = try await index.catalog.putUploadPart(
                PutUploadPart.Request(repository: index.repository, uploadID: upload.id, part: part), index.context)
            _ = try await index.catalog.beginCompleteUpload(
                BeginCompleteUpload.Request(
                    repository: index.repository, uploadID: upload.id, path: try ObjectKey("a"),
                    parts: [CompletedPart(number: 1, etag: "e")]), index.context)
            if what == "completed" {
                _ = try await index.catalog.finishUpload(
                    FinishUpload.Request(
                        repository: index.repository, uploadID: upload.id, entry: TestIndex.entry("1")), index.context)
            }
        }
        let state = try await index.state()
        await expectError(.preconditionFailed, told) { try await Self.delete(index) }
        #expect(try await index.state().version == state.version)
        try await index.put("later", "1")
        #expect(try await index.get("later") == "1")
    }

    @Test("A write under way keeps the repository; one behind the deletion finds none", arguments: ["main", "dev"])
    func write(_ branch: String) async throws {
        let index = try await TestIndex.make()
        try await index.branch("dev")
        await expectError(.preconditionFailed, "objects") {
            try await index.raceWrite("a", "1", on: branch, against: { try await Self.delete(index) })
        }
        #expect(try await index.contents(branch) == ["a": "1"])
        try await index.delete("a", on: branch)
        for condition in [WriteCondition.none, .ifAbsent] {
            await expectError(.notFound, "repository not found") {
                try await index.race(
                    { try await Self.deleteStep(index, $0) },
                    against: { try await index.put("a", "1", on: branch, if: condition) })
            }
            try await index.sql("UPDATE repository SET name = $1, deleted = NULL", [.name(index.repository)])
            // Its tokens were closed.
            try await index.sql("UPDATE token SET state = 1 WHERE token IN (SELECT tokens[1] FROM ref)")
        }
        #expect(try await index.list() == [])
    }

    /// What a conditional deletion does in its transaction.
    private static func deleteStep(_ index: TestIndex, _ transaction: Transaction) async throws {
        let id = try await index.sql("SELECT id FROM repository")[0].int64(0)
        _ = try await transaction.pipeline([
            Call(Catalog.holdAllBranches, [.int64(id)]), Call(Catalog.closeAllTokens, [.int64(id)]),
            Call(Catalog.deleteRepository, [.name(index.repository), .bool(false), .id(OperationID())]),
        ])
    }

    @Test(
        "What is being made in the repository keeps it, and behind the deletion is not made",
        arguments: ["branch", "tag", "upload", "commit"])
    func making(_ what: String) async throws {
        let index = try await TestIndex.make()
        let make: @Sendable () async throws -> Void = {
            switch what {
            case "branch":
                try await index.branch("dev")
                try await index.put("a", "1", on: "dev")
            case "tag": try await index.tag("v1")
            case "upload": _ = try await Self.upload(index)
            default: try await index.commit(allowsEmpty: true)
            }
        }
        await expectError(.notFound) {
            try await index.race({ try await Self.deleteStep(index, $0) }, against: make)
        }
        for table in ["ref", "commit"] { #expect(try await index.count(table) == 1, "\(table)") }
        for table in ["upload", "staged"] { #expect(try await index.count(table) == 0, "\(table)") }
    }

    @Test("Deletions race with puts, new branches and uploads in two processes: nothing acknowledged goes with them")
    func races() async throws {
        let first = try await TestIndex.make()
        let second = try first.second()
        let outcomes = try await withThrowingTaskGroup(of: (isDeleted: Bool, acknowledged: Int).self) { group in
            for lane in 0..<4 {
                group.addTask {
                    var deleted = 0
                    var acknowledged = 0
                    for round in 0..<25 {
                        let name = TestIndex.named("race-\(lane)-\(round)")
                        _ = try await first.create(name)
                        let (isDeleted, written) = try await Self.race(first.with(name), second.with(name))
                        // Whoever was told that it is written finds it; the repository is gone only where nobody was.
                        #expect(!isDeleted || written == 0, "\(name)")
                        deleted += isDeleted ? 1 : 0
                        acknowledged += written
                    }
                    return (deleted > 0, acknowledged)
                }
            }
            return try await group.reduce(into: (0, 0)) { sum, next in
                sum.0 += next.isDeleted ? 1 : 0
                sum.1 += next.acknowledged
            }
        }
        #expect(outcomes.0 > 0 && outcomes.1 > 0, "both have to win at times")
    }

    /// - Returns: whether a deletion was acknowledged, and how much else was.
    private static func race(_ first: TestIndex, _ second: TestIndex) async throws -> (Bool, Int) {
        try await withThrowingTaskGroup(of: (isDeletion: Bool, isDone: Bool).self) { group in
            for index in [first, second] {
                group.addTask { (true, try await done(.preconditionFailed) { try await delete(index) }) }
            }
            group.addTask { (false, try await done { try await first.put("a", "1") }) }
            group.addTask { (false, try await done { try await second.put("b", "1", if: .ifAbsent) }) }
            group.addTask {
                let isDone = try await done {
                    try await second.branch("dev")
                    try await first.put("c", "1", on: "dev")
                }
                return (false, isDone)
            }
            group.addTask { (false, try await done { _ = try await upload(second) }) }
            return try await group.reduce(into: (false, 0)) { sum, next in
                if next.isDeletion { sum.0 = sum.0 || next.isDone } else { sum.1 += next.isDone ? 1 : 0 }
            }
        }
    }

    /// Whether it was carried out; else the repository is gone, or it is refused as it may be.
    private static func done(_ refusal: RPCError.Code? = nil, _ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let error as RPCError where error == .repositoryNotFound || error.code == refusal {
            return false
        }
    }
}
