import Database
import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ProtectionTests {
    private static func protect(
        _ index: TestIndex, _ patterns: String..., ifMatch: String? = nil, operation: OperationID = OperationID()
    ) async throws {
        _ = try await index.catalog.setProtection(
            SetProtection.Request(
                repository: index.repository, patterns: patterns, ifMatch: ifMatch, operationID: operation),
            index.context)
    }

    private static func rules(_ index: TestIndex) async throws -> Protection {
        try await index.catalog.getProtection(GetProtection.Request(repository: index.repository), index.context)
    }

    private static func upload(_ index: TestIndex, _ branch: String) async throws -> Upload {
        let state = try await index.state(branch)
        return try await index.catalog.createUpload(
            CreateUpload.Request(
                repository: index.repository, repositoryID: state.repository.id, branch: try BranchName(branch),
                path: try ObjectKey("upload"), physicalAddress: "local://x", storeUploadID: "x",
                contentType: "text/plain", userMetadata: [:], attributes: [:]), index.context)
    }

    @Test(
        "A glob matches whole names",
        arguments: [
            ("main", ["main"], ["Main", "main2", "amain"]),
            ("*", ["a", "main", "a-b_c"], []),
            ("release*", ["release", "release-1"], ["prerelease", "Release"]),
            ("release-?", ["release-1", "release--"], ["release-", "release-10"]),
            ("v[0-9]*", ["v1", "v10x"], ["v", "va1"]),
            ("v[!0-9]", ["va", "v-", "v_"], ["v1", "v", "vab"]),
            ("[-a]", ["a"], ["b", "aa"]),
            ("{main,dev-*,{a,b}?}", ["main", "dev-", "dev-x", "a1", "bz"], ["dev", "a", "c1", "mai"]),
            ("x{,y}", ["x", "xy"], ["y", "xyy"]),
            ("a**b", ["ab", "axb"], ["a", "abc"]),
            ("\\m\\a\\in", ["main"], ["in"]),
            ("a.b", [], ["a-b", "axb"]),
            ("(main)|dev", [], ["main", "dev"]),
            ("ma in", [], ["main"]),
            ("é*", [], ["e", "main"]),
            ("[.]", [], ["a"]),
        ] as [(String, [String], [String])])
    func globs(_ pattern: String, _ matching: [String], _ others: [String]) async throws {
        let index = try await TestIndex.make()
        let expression = try #require(try ProtectionRules([pattern]).expression)
        func matches(_ name: String) async throws -> Bool {
            try await index.catalog.database.read(
                Statement.read("SELECT $1::text ~ $2::text"), [.text(name), .text(expression)],
                deadline: .now + .seconds(30))[0].bool(0)
        }
        for name in matching {
            _ = try BranchName(name)
            #expect(try await matches(name), "\(pattern) \(name) \(expression)")
        }
        for name in others { #expect(try await !matches(name), "\(pattern) \(name) \(expression)") }
    }

    @Test(
        "What is no glob is refused",
        arguments: [
            "", "[", "[a", "[]", "[!]", "[a-", "[z-a]", "{", "{a", "{a,", "\\", "a{b\\",
            String(repeating: "{", count: 9),
            String(repeating: "a", count: 257),
        ])
    func malformed(_ pattern: String) {
        #expect(throws: RPCError.self) { try BranchGlob(pattern) }
    }

    @Test("The greatest rules there may be are taken")
    func greatest() async throws {
        let index = try await TestIndex.make()
        let hard = String(repeating: "{a,*b}?[!x]", count: 23)
        let patterns = (0..<ProtectionRules.maxPatterns).map { "\(hard)\($0)" }
        _ = try await index.catalog.setProtection(
            SetProtection.Request(repository: index.repository, patterns: patterns), index.context)
        try await index.put("a", "1")
        await expectError(.invalidArgument) {
            try await index.catalog.setProtection(
                SetProtection.Request(repository: index.repository, patterns: patterns + ["x"]), index.context)
        }
    }

    @Test("Rules are replaced as a whole, by their tag where asked for")
    func replacing() async throws {
        let index = try await TestIndex.make()
        #expect(try await Self.rules(index) == Protection(patterns: [], tag: ""))
        try await Self.protect(index, "b*", "a", "b*", ifMatch: "")
        let first = try await Self.rules(index)
        #expect(first.patterns == ["b*", "a"] && !first.tag.isEmpty)
        await expectError(.preconditionFailed) { try await Self.protect(index, "c", ifMatch: "") }
        await expectError(.preconditionFailed) { try await Self.protect(index, "c", ifMatch: "other") }
        try await Self.protect(index, ifMatch: first.tag)
        let second = try await Self.rules(index)
        #expect(second.patterns.isEmpty && !second.tag.isEmpty && second.tag != first.tag)
        try await Self.protect(index, "b*", "a")
        #expect(try await Self.rules(index) == first)
        await expectError(.invalidArgument) { try await Self.protect(index, "[") }
        #expect(try await Self.rules(index) == first)
        await expectError(.notFound, "repository not found") {
            try await index.catalog.getProtection(
                GetProtection.Request(repository: TestIndex.named("nothing")), index.context)
        }
        await expectError(.notFound, "repository not found") {
            try await index.catalog.setProtection(
                SetProtection.Request(repository: TestIndex.named("nothing"), patterns: []), index.context)
        }
    }

    @Test("The same call sent again changes nothing more, though its tag has passed")
    func repeated() async throws {
        let index = try await TestIndex.make()
        let operation = OperationID()
        try await Self.protect(index, "a", ifMatch: "", operation: operation)
        try await Self.protect(index, "a", ifMatch: "", operation: operation)
        try await Self.protect(index, "b")
        try await Self.protect(index, "a", ifMatch: "", operation: operation)
        #expect(try await Self.rules(index).patterns == ["b"])
    }

    @Test("A protected branch is not written to, reset or committed to, but merged into, reverted and deleted")
    func enforced() async throws {
        let index = try await TestIndex.make()
        try await index.put("a", "1")
        try await index.commit()
        for branch in ["dev", "safe-1", "safe-2"] { try await index.branch(branch) }
        try await index.put("staged", "1", on: "safe-1")
        let started = try await Self.upload(index, "safe-1")
        try await Self.protect(index, "safe-*")
        let write = "cannot write to protected branch"
        await expectError(.forbidden, write) { try await index.put("b", "1", on: "safe-1") }
        await expectError(.forbidden, write) { try await index.put("b", nil, on: "safe-1") }
        await expectError(.forbidden, write) { try await index.put("b", "1", on: "safe-1", if: .ifAbsent) }
        await expectError(.forbidden, write) { try await index.put("a", "1", on: "safe-1", if: .ifMatch("1")) }
        await expectError(.forbidden, write) { try await index.delete("a", "b", on: "safe-1") }
        await expectError(.forbidden, write) { try await index.reset(.all, "safe-1") }
        await expectError(.forbidden, write) { try await index.reset(.object("staged"), "safe-1") }
        await expectError(.forbidden, write) { try await Self.upload(index, "safe-1") }
        await expectError(.forbidden, write) {
            try await index.catalog.getWriteTarget(
                GetWriteTarget.Request(repository: index.repository, branch: try BranchName("safe-1"), force: true),
                index.context)
        }
        let commit = "cannot commit to protected branch"
        await expectError(.forbidden, commit) { try await index.commit("safe-1") }
        await expectError(.forbidden, commit) { try await index.commit("safe-2", allowsEmpty: true) }
        await expectError(.forbidden, commit) {
            try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName("safe-2"), reference: try RefExpression("main")
                ),
                index.context)
        }
        await expectError(.forbidden, commit) {
            try await index.catalog.replayBranch(
                ReplayBranch.Request(
                    repository: index.repository, branch: try BranchName("safe-2"), onto: try RefExpression("dev")),
                index.context)
        }
        #expect(try await index.uncommitted("safe-1") == ["+staged"])
        _ = started

        // Others are as before, and so is what is no write.
        try await index.put("b", "2", on: "dev")
        try await index.commit("dev")
        try await index.merge("dev", into: "safe-2")
        #expect(try await index.contents("safe-2") == ["a": "1", "b": "2"])
        _ = try await index.catalog.revertCommit(
            RevertCommit.Request(
                repository: index.repository, branch: try BranchName("safe-2"), reference: try RefExpression("dev")),
            index.context)
        try await index.branch("safe-3", from: "safe-2")
        await expectError(.forbidden, write) { try await index.put("b", "1", on: "safe-3") }
        try await index.tag("safe-4", "safe-2")
        _ = try await index.catalog.deleteBranch(
            DeleteBranch.Request(repository: index.repository, branch: try BranchName("safe-3")), index.context)

        // And it may be taken back.
        try await Self.protect(index)
        try await index.put("b", "1", on: "safe-1")
        try await index.commit("safe-1")
        #expect(try await index.contents("safe-1") == ["a": "1", "b": "1", "staged": "1"])
    }

    @Test("What was carried out before the rules is answered as such after them")
    func before() async throws {
        let index = try await TestIndex.make()
        let (write, deletion, condition, commit) = (OperationID(), OperationID(), OperationID(), OperationID())
        let entry = TestIndex.entry("1")
        func all() async throws {
            try await index.put("a", entry, operation: write)
            try await index.delete("b", operation: deletion)
            try await index.put("c", entry, if: .ifAbsent, operation: condition)
        }
        try await all()
        try await Self.protect(index, "main")
        try await all()
        try await Self.protect(index)
        _ = try await index.commit(operation: commit)
        try await Self.protect(index, "main")
        _ = try await index.commit(operation: commit)
    }

    @Test("When the rules are set, nothing that was under way lands any more")
    func race() async throws {
        let index = try await TestIndex.make()
        let second = try index.second()
        for round in 0..<6 {
            let branch = "round-\(round)"
            try await index.branch(branch)
            let writers = Task {
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            let index = writer % 2 == 0 ? index : second
                            for number in 0..<10_000 {
                                do {
                                    if number % 5 == 4 {
                                        _ = try await index.commit(branch, "\(number)")
                                    } else {
                                        try await index.put("\(writer)/\(number)", "1", on: branch)
                                    }
                                } catch let error as RPCError where error.code == .noChanges {
                                } catch {
                                    return
                                }
                            }
                        }
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(60))
            try await Self.protect(second, branch)
            let then = (try await index.head(branch), try await index.contents(branch).count)
            await writers.value
            #expect(try await index.head(branch) == then.0)
            #expect(try await index.contents(branch).count == then.1)
            #expect(then.1 > 0)
        }
    }
}
