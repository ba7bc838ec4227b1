import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ReadOnlyTests {
    private typealias Operation = (name: String, run: (_ force: Bool) async throws -> Void)

    /// Everything that changes what is versioned, in an order in which each succeeds when forced.
    private static func operations(_ index: TestIndex, _ repository: RepositoryName) async throws -> [Operation] {
        let (catalog, context) = (index.catalog, index.context)
        let (main, dev) = (try BranchName("main"), try BranchName("dev"))
        let (path, reference) = (try ObjectKey("a"), try RefExpression("main"))
        let id = try await catalog.getRepository(GetRepository.Request(name: repository), context).id
        func stage(_ content: String, if condition: WriteCondition = .none, on branch: BranchName, _ force: Bool)
            async throws
        {
            _ = try await catalog.stageObject(
                StageObject.Request(
                    repository: repository, repositoryID: nil, branch: branch, path: path,
                    entry: TestIndex.entry(content), condition: condition, force: force), context)
        }
        func commit(_ branch: BranchName, _ force: Bool) async throws {
            _ = try await catalog.createCommit(
                CreateCommit.Request(repository: repository, branch: branch, message: "", force: force), context)
        }
        return [
            (
                "write target",
                {
                    _ = try await catalog.getWriteTarget(
                        GetWriteTarget.Request(repository: repository, branch: main, force: $0), context)
                }
            ),
            ("stage", { try await stage("1", on: main, $0) }),
            ("stage if", { try await stage("2", if: .ifMatch("1"), on: main, $0) }),
            ("commit", { try await commit(main, $0) }),
            (
                "make branch",
                {
                    _ = try await catalog.createBranch(
                        CreateBranch.Request(repository: repository, name: dev, source: reference, force: $0), context)
                }
            ),
            (
                "make tag",
                {
                    _ = try await catalog.createTag(
                        CreateTag.Request(
                            repository: repository, name: try TagName("t"), reference: reference, force: $0), context)
                }
            ),
            (
                "delete tag",
                {
                    _ = try await catalog.deleteTag(
                        DeleteTag.Request(repository: repository, tag: try TagName("t"), force: $0), context)
                }
            ),
            (
                "delete objects",
                {
                    _ = try await catalog.deleteObjects(
                        DeleteObjects.Request(repository: repository, branch: dev, paths: ["a"], force: $0), context)
                }
            ),
            (
                "reset",
                {
                    _ = try await catalog.resetBranch(
                        ResetBranch.Request(repository: repository, branch: dev, scope: .all, force: $0), context)
                }
            ),
            (
                "upload",
                {
                    _ = try await catalog.createUpload(
                        CreateUpload.Request(
                            repository: repository, repositoryID: id, branch: main, path: path,
                            physicalAddress: "local://x", storeUploadID: "x", contentType: "text/plain",
                            userMetadata: [:], attributes: [:], force: $0), context)
                }
            ),
            (
                "merge",
                {
                    if $0 {
                        try await stage("3", on: dev, true)
                        try await commit(dev, true)
                    }
                    _ = try await catalog.mergeBranch(
                        MergeBranch.Request(
                            repository: repository, source: try RefExpression("dev"), destination: main, force: $0),
                        context)
                }
            ),
            (
                "revert",
                {
                    _ = try await catalog.revertCommit(
                        RevertCommit.Request(
                            repository: repository, branch: main, reference: try RefExpression("dev"), force: $0),
                        context)
                }
            ),
            (
                "cherry-pick",
                {
                    _ = try await catalog.cherryPick(
                        CherryPick.Request(
                            repository: repository, branch: main, reference: try RefExpression("dev"), force: $0),
                        context)
                }
            ),
            (
                "hard reset",
                {
                    _ = try await catalog.hardResetBranch(
                        HardResetBranch.Request(
                            repository: repository, branch: main, reference: try RefExpression("main~1"), force: $0),
                        context)
                }
            ),
            (
                "delete branch",
                {
                    _ = try await catalog.deleteBranch(
                        DeleteBranch.Request(repository: repository, branch: dev, force: $0), context)
                }
            ),
            (
                "delete repository",
                {
                    _ = try await catalog.deleteRepository(
                        DeleteRepository.Request(name: repository, force: $0), context)
                }
            ),
        ]
    }

    @Test("Every change of a read-only repository is refused unless it is forced")
    func changes() async throws {
        let index = try await TestIndex.make()
        let name = TestIndex.named("frozen")
        _ = try await index.catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace("local://frozen"),
                defaultBranch: try BranchName("main"), isReadOnly: true), index.context)
        for operation in try await Self.operations(index, name) {
            do {
                try await operation.run(false)
                Issue.record("\(operation.name) was carried out")
            } catch let error as RPCError {
                #expect(error == .readOnly, "\(operation.name): \(error)")
            }
            do {
                try await operation.run(true)
            } catch {
                Issue.record("\(operation.name), forced: \(error)")
            }
        }
    }

    @Test("Settings of a read-only repository cannot be forced; its metadata is no part of what is versioned")
    func settings() async throws {
        let index = try await TestIndex.make()
        let name = TestIndex.named("frozen")
        _ = try await index.catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace("local://frozen"),
                defaultBranch: try BranchName("main"), isReadOnly: true), index.context)
        await expectError(.forbidden, "read-only repository") {
            try await index.catalog.setProtection(
                SetProtection.Request(repository: name, patterns: ["main"]), index.context)
        }
        _ = try await index.catalog.changeRepositoryMetadata(
            ChangeRepositoryMetadata.Request(repository: name, set: ["a": "1"]), index.context)
    }

    @Test("In a bare repository nothing can be read or written: there is no reference")
    func bare() async throws {
        let index = try await TestIndex.make()
        let name = TestIndex.named("bare")
        _ = try await index.catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace("local://bare"),
                defaultBranch: try BranchName("main"), isBare: true), index.context)
        for operation in try await Self.operations(index, name).dropLast() {
            do {
                try await operation.run(true)
                Issue.record("\(operation.name) was carried out")
            } catch let error as RPCError {
                #expect([.notFound, .forbidden].contains(error.code), "\(operation.name): \(error)")
            }
        }
        let reference = try RefExpression("main")
        await expectError(.notFound) {
            try await index.catalog.logCommits(
                LogCommits.Request(repository: name, reference: reference), index.context)
        }
        await expectError(.notFound) {
            try await index.catalog.listObjects(
                ListObjects.Request(repository: name, reference: reference, range: ListRange()), index.context)
        }
    }
}
