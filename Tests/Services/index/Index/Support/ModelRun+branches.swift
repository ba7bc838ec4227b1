import Domain
import Testing
import Wire

@testable import Index

/// Branches and tags that come, go and come back.
extension ModelRun {
    private func branchName() -> String { "\(namePrefix)b\(number(0..<5))" }

    func makeBranch() async throws {
        let name = chance(1, in: 10) ? tagName() : branchName()
        let (source, isHidden, operation) = (try reference(), chance(1, in: 5), OperationID())
        last = "branch \(name) from \(source.text)"
        func make(_ index: TestIndex) async throws -> Branch {
            try await index.branch(name, from: source.text.string, isHidden: isHidden, operation: operation)
        }
        if model.branches[name] != nil { return await expectFailure(.alreadyExists, make) }
        if model.tags[name] != nil { return await expectFailure(.conflict, make) }
        let made = try await sent(on: nil, make)
        try #require(made.commitID.string == source.commit, "\(last)")
        model.branches[name] = Model.Branch(head: source.commit, isHidden: isHidden)
        model.moves[name, default: []].append(Model.Move(from: nil, to: source.commit))
    }

    func deleteBranch() async throws {
        let (name, operation) = (branchName(), OperationID())
        last = "delete branch \(name)"
        func delete(_ index: TestIndex) async throws -> Int {
            _ = try await index.catalog.deleteBranch(
                DeleteBranch.Request(
                    repository: index.repository, branch: try BranchName(name), operationID: operation), index.context)
            return 0
        }
        guard let old = model.branches[name] else { return await expectFailure(.notFound, delete) }
        _ = try await sent(on: nil, delete)
        forget { branch, _ in branch == name }
        model.branches[name] = nil
        model.deletedBranches[name] = old
        model.moves[name, default: []].append(Model.Move(from: old.head, to: nil))
    }

    func undeleteBranch() async throws {
        let (name, operation) = (branchName(), OperationID())
        last = "undelete branch \(name)"
        func undelete(_ index: TestIndex) async throws -> Branch {
            try await index.catalog.undeleteBranch(
                UndeleteBranch.Request(
                    repository: index.repository, branch: try BranchName(name), operationID: operation), index.context)
        }
        guard let old = model.deletedBranches[name] else { return await expectFailure(.notFound, undelete) }
        if model.branches[name] != nil { return await expectFailure(.alreadyExists, undelete) }
        if model.tags[name] != nil { return await expectFailure(.conflict, undelete) }
        try #require(try await sent(on: nil, undelete).commitID.string == old.head, "\(last)")
        model.branches[name] = Model.Branch(head: old.head, isHidden: old.isHidden)
        model.moves[name, default: []].append(Model.Move(from: nil, to: old.head))
    }

    private func tagName() -> String { "\(namePrefix)t\(number(0..<4))" }

    func changeTag() async throws {
        let (name, operation) = (chance(1, in: 10) ? branchName() : tagName(), OperationID())
        switch number(0..<6) {
        case 0..<3: try await makeTag(name, operation)
        case 3..<5: try await deleteTag(name, operation)
        default: try await undeleteTag(name, operation)
        }
    }

    private func makeTag(_ name: String, _ operation: OperationID) async throws {
        let source = try reference()
        last = "tag \(name) at \(source.text)"
        func make(_ index: TestIndex) async throws -> Wire.Tag {
            try await index.catalog.createTag(
                CreateTag.Request(
                    repository: index.repository, name: try TagName(name), reference: source.text,
                    operationID: operation), index.context)
        }
        if model.tags[name] != nil { return await expectFailure(.alreadyExists, make) }
        if model.branches[name] != nil { return await expectFailure(.conflict, make) }
        try #require(try await sent(on: nil, make).commitID.string == source.commit, "\(last)")
        model.tags[name] = source.commit
        model.moves[name, default: []].append(Model.Move(from: nil, to: source.commit))
    }

    private func deleteTag(_ name: String, _ operation: OperationID) async throws {
        last = "delete tag \(name)"
        func delete(_ index: TestIndex) async throws -> Int {
            _ = try await index.catalog.deleteTag(
                DeleteTag.Request(repository: index.repository, tag: try TagName(name), operationID: operation),
                index.context)
            return 0
        }
        guard let old = model.tags[name] else { return await expectFailure(.notFound, delete) }
        _ = try await sent(on: nil, delete)
        model.tags[name] = nil
        model.deletedTags[name] = old
        model.moves[name, default: []].append(Model.Move(from: old, to: nil))
    }

    private func undeleteTag(_ name: String, _ operation: OperationID) async throws {
        last = "undelete tag \(name)"
        func undelete(_ index: TestIndex) async throws -> Wire.Tag {
            try await index.catalog.undeleteTag(
                UndeleteTag.Request(repository: index.repository, tag: try TagName(name), operationID: operation),
                index.context)
        }
        guard let old = model.deletedTags[name] else { return await expectFailure(.notFound, undelete) }
        if model.tags[name] != nil { return await expectFailure(.alreadyExists, undelete) }
        if model.branches[name] != nil { return await expectFailure(.conflict, undelete) }
        try #require(try await sent(on: nil, undelete).commitID.string == old, "\(last)")
        model.tags[name] = old
        model.moves[name, default: []].append(Model.Move(from: nil, to: old))
    }

    func hardReset(_ branch: String) async throws {
        let target = try reference()
        last = "hard reset of \(branch) to \(target.text)"
        let (before, after) = (model.committed(branch), model.contents(branch))
        let operation = OperationID()
        _ = try await sent(on: branch) { index in
            _ = try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName(branch), reference: target.text,
                    operationID: operation), index.context)
            return 0
        }
        model.move(branch, to: target.commit)
        // What changed something stays staged; what changed nothing is forgotten.
        for path in Model.changed(before, after) { model.branches[branch]?.staged[path] = .some(after[path]) }
    }
}
