import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct RepositoryTests {
    @Test("A new repository has its default branch with a first commit of nothing")
    func create() async throws {
        let index = try await TestIndex.make()
        let commit = try await index.commit(of: "main")
        #expect(commit.message == "Repository created")
        #expect(commit.parents.isEmpty && commit.committer.isEmpty && commit.metaRangeID.isEmpty)
        #expect(commit.generation == 1 && commit.metadata.isEmpty && commit.version == 1)
        #expect(try await index.list() == [])
    }

    @Test("A name is taken once, a namespace is taken once, and none lies within another")
    func uniqueness() async throws {
        let index = try await TestIndex.make()
        _ = try await index.create(TestIndex.named("outer"), namespace: "s3://bucket/a/b")
        await expectError(.alreadyExists, "not unique") {
            try await index.create(index.repository, namespace: "local://other")
        }
        for (number, namespace) in ["s3://bucket/a/b", "s3://bucket/a/b/c", "s3://bucket/a", "s3://bucket"].enumerated()
        {
            await expectError(.alreadyExists, "storage namespace already in use") {
                try await index.create(TestIndex.named("inner-\(number)"), namespace: namespace)
            }
        }
        _ = try await index.create(TestIndex.named("beside"), namespace: "s3://bucket/a/bb")
        _ = try await index.create(TestIndex.named("below"), namespace: "s3://bucket/a/c/d")
    }

    @Test("Of rivals for one name, or for nested namespaces, one wins")
    func rivals() async throws {
        let index = try await TestIndex.make()
        let second = try index.second()
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let namespace = "s3://rivals" + String(repeating: "/x", count: number % 4)
                    let name = TestIndex.named("rival-\(number)")
                    return (try? await (number % 2 == 0 ? index : second).create(name, namespace: namespace)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test("An address is inside the namespaces of repositories around it, deleted and bare ones too")
    func namespacesOfAddresses() async throws {
        let index = try await TestIndex.make()
        func found(_ address: String) async throws -> [String] {
            try await index.catalog.findNamespaces(.init(address: address), index.context).namespaces
        }
        let outer = TestIndex.named("outer")
        _ = try await index.create(outer, namespace: "s3://addresses/a/b")
        for (name, namespace, isReadOnly) in [
            ("looks", "s3://addresses/a/b/c", true), ("bare", "s3://addresses", false),
        ] {
            _ = try await index.catalog.createRepository(
                CreateRepository.Request(
                    name: TestIndex.named(name), storageNamespace: try StorageNamespace(namespace),
                    defaultBranch: try BranchName("main"), isReadOnly: isReadOnly, isBare: !isReadOnly), index.context)
        }
        #expect(try await found("s3://addresses/a/b/x") == ["s3://addresses", "s3://addresses/a/b"])
        #expect(
            try await found("s3://addresses/a/b/c/x/y")
                == ["s3://addresses", "s3://addresses/a/b", "s3://addresses/a/b/c"])
        #expect(try await found("s3://addresses/a/bb/x") == ["s3://addresses"])
        #expect(try await found("s3://addresses/a/b") == ["s3://addresses"], "itself is no object inside")
        #expect(try await found("local://addresses/a/b/x") == [])
        #expect(try await found("s3://elsewhere/a/b/x") == [])
        #expect(try await found("nothing") == [])
        _ = try await index.catalog.deleteRepository(.init(name: outer), index.context)
        #expect(try await found("s3://addresses/a/b/x") == ["s3://addresses", "s3://addresses/a/b"])
    }

    @Test("A bare repository has no branch and may share a namespace")
    func bare() async throws {
        let index = try await TestIndex.make()
        let name = TestIndex.named("bare")
        let made = try await index.catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace("local://repo-one"),
                defaultBranch: try BranchName("main"), isBare: true), index.context)
        #expect(made.isBare)
        await expectError(.notFound, "branch not found") {
            try await index.catalog.getBranch(
                GetBranch.Request(repository: name, branch: try BranchName("main")), index.context)
        }
        let branches = try await index.catalog.listBranches(
            ListBranches.Request(repository: name, range: ListRange()), index.context)
        #expect(branches.results.isEmpty)
    }

    @Test("The same call sent again makes one repository; deleting it twice with one id deletes one")
    func repeated() async throws {
        let index = try await TestIndex.make()
        let request = CreateRepository.Request(
            name: TestIndex.named("again"), storageNamespace: try StorageNamespace("local://again"),
            defaultBranch: try BranchName("main"))
        let first = try await index.catalog.createRepository(request, index.context)
        #expect(try await index.catalog.createRepository(request, index.context) == first)

        let deletion = DeleteRepository.Request(name: request.name)
        _ = try await index.catalog.deleteRepository(deletion, index.context)
        let second = try await index.create(request.name, namespace: "local://again-2")
        #expect(second.id != first.id)
        _ = try await index.catalog.deleteRepository(deletion, index.context)
        let found = try await index.catalog.getRepository(GetRepository.Request(name: request.name), index.context)
        #expect(found == second)
    }

    @Test("A deleted repository is gone at once, its name is free, its namespace is not")
    func delete() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        _ = try await index.catalog.deleteRepository(DeleteRepository.Request(name: index.repository), index.context)
        await expectError(.notFound, "repository not found") { try await index.get("a") }
        await expectError(.notFound, "repository not found") { try await index.put("a", "2") }
        await expectError(.alreadyExists, "in use") { try await index.create(index.repository) }
        _ = try await index.create(index.repository, namespace: "local://elsewhere")
        #expect(try await index.list() == [])
        await expectError(.notFound) {
            try await index.catalog.deleteRepository(
                DeleteRepository.Request(name: TestIndex.named("nothing")), index.context)
        }
    }

    @Test("A read-only repository is written by force alone")
    func readOnly() async throws {
        let index = try await TestIndex.make()
        let name = TestIndex.named("frozen")
        _ = try await index.catalog.createRepository(
            CreateRepository.Request(
                name: name, storageNamespace: try StorageNamespace("local://frozen"),
                defaultBranch: try BranchName("main"), isReadOnly: true), index.context)
        func stage(force: Bool) async throws {
            _ = try await index.catalog.stageObject(
                StageObject.Request(
                    repository: name, repositoryID: nil, branch: try BranchName("main"), path: try ObjectKey("a"),
                    entry: TestIndex.entry("1"), force: force), index.context)
        }
        await expectError(.forbidden, "read-only repository") { try await stage(force: false) }
        try await stage(force: true)
        func commit(force: Bool) async throws {
            _ = try await index.catalog.createCommit(
                CreateCommit.Request(repository: name, branch: try BranchName("main"), message: "", force: force),
                index.context)
        }
        await expectError(.forbidden, "read-only repository") { try await commit(force: false) }
        try await commit(force: true)
        await expectError(.forbidden, "read-only repository") {
            try await index.catalog.deleteRepository(DeleteRepository.Request(name: name), index.context)
        }
        await expectError(.forbidden, "read-only repository") {
            try await index.catalog.createBranch(
                CreateBranch.Request(
                    repository: name, name: try BranchName("dev"), source: try RefExpression("main")), index.context)
        }
        _ = try await index.catalog.deleteRepository(
            DeleteRepository.Request(name: name, force: true), index.context)
    }

    @Test("Lists are by bytes of the name, with prefix, search and pages")
    func list() async throws {
        let index = try await TestIndex.make()
        for name in ["b-2", "a-10", "a-1", "b-1"] { _ = try await index.create(TestIndex.named(name)) }
        func names(_ range: ListRange, search: String = "") async throws -> [String] {
            let page = try await index.catalog.listRepositories(
                ListRepositories.Request(range: range, search: search), index.context)
            return page.results.map(\.name.string) + (page.hasMore ? ["…"] : [])
        }
        #expect(try await names(ListRange()) == ["a-1", "a-10", "b-1", "b-2", "repo-one"])
        #expect(try await names(ListRange(prefix: "b")) == ["b-1", "b-2"])
        #expect(try await names(ListRange(after: "a-10", amount: 2)) == ["b-1", "b-2", "…"])
        #expect(try await names(ListRange(), search: "1") == ["a-1", "a-10", "b-1"])
        await expectError(.invalidArgument) { try await names(ListRange(amount: 0)) }
    }

    @Test("Bytes written to a repository are not staged in another of the same name")
    func otherRepository() async throws {
        let index = try await TestIndex.make()
        await expectError(.conflict) {
            try await index.catalog.stageObject(
                StageObject.Request(
                    repository: index.repository, repositoryID: -1, branch: try BranchName("main"),
                    path: try ObjectKey("a"), entry: TestIndex.entry("1")), index.context)
        }
        #expect(try await index.list() == [])
    }

    @Test("A change without a principal is refused")
    func noPrincipal() async throws {
        let index = try await TestIndex.make()
        await expectError(.unauthenticated) {
            try await index.catalog.createCommit(
                CreateCommit.Request(repository: index.repository, branch: try BranchName("main"), message: ""),
                TestIndex.context(as: nil))
        }
    }
}
