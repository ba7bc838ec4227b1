import Domain
import Seeded
import Testing
import Wire

@testable import Index

/// One random sequence.
final class ModelRun {
    private let index: TestIndex
    private let other: TestIndex
    private let home: String
    private let entry: (String) -> Entry
    private var random: SeededGenerator
    private var model: Model
    /// What was done last, for the message of a failure.
    private(set) var last = ""

    /// - Parameters:
    ///   - root: the commit that the branch `home` is at.
    ///   - entry: makes an entry of a content.
    init(
        index: TestIndex, other: TestIndex, seed: UInt64, root: String, home: String = "main",
        entry: @escaping (String) -> Entry = { TestIndex.entry($0) }
    ) {
        self.index = index
        self.other = other
        self.home = home
        self.entry = entry
        random = SeededGenerator(seed: seed)
        model = Model(root: root, branch: home)
    }

    private var either: TestIndex { Bool.random(using: &random) ? index : other }
    private func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    private func branch() -> String { model.branches.keys.sorted().randomElement(using: &random) ?? "main" }
    private func commit() -> String { model.commits.keys.sorted().randomElement(using: &random) ?? "" }
    private func path() -> String {
        let folders = ["", "a/", "a/b/", "c/", "ü/"]
        return (folders.randomElement(using: &random) ?? "") + "\(number(0..<6))"
    }

    func step() async throws {
        let branch = branch()
        switch number(0..<100) {
        case 0..<30: try await put(branch)
        case 30..<40: try await delete(branch)
        case 40..<52: try await commit(branch)
        case 52..<58: try await fold(branch)
        case 58..<63: try await reset(branch)
        case 63..<68: try await makeBranch(branch)
        case 68..<76: try await merge(branch)
        case 76..<80: try await revert(branch)
        case 80..<83: try await hardReset(branch)
        default: try await read(branch)
        }
    }

    private func put(_ branch: String) async throws {
        let (path, content) = (path(), "\(number(0..<4))")
        last = "put \(path)=\(content) on \(branch)"
        let operation = OperationID()
        let entry = entry(content)
        for _ in 0...number(0..<2) {
            let index = either
            try await WriteLog.settle { try await index.put(path, entry, on: branch, operation: operation) }
        }
        model.branches[branch]?.staged[path] = .some(content)
    }

    private func delete(_ branch: String) async throws {
        let (one, two) = (path(), path())
        last = "delete \(one), \(two) on \(branch)"
        let (index, operation) = (either, OperationID())
        try await WriteLog.settle { try await index.delete(one, two, on: branch, operation: operation) }
        for path in [one, two] { model.branches[branch]?.staged[path] = .some(nil) }
    }

    private func commit(_ branch: String) async throws {
        last = "commit \(branch)"
        let old = model.branches[branch]?.head ?? ""
        do {
            let (index, operation, message) = (either, OperationID(), "\(number(0..<1_000_000))")
            let commit = try await WriteLog.settle {
                try await index.commit(branch, message, operation: operation)
            }
            #expect(model.isDirty(branch))
            record(commit.id.string, model.contents(branch), [old], on: branch)
        } catch let error as RPCError where error.code == .noChanges {
            #expect(!model.isDirty(branch), "\(last)")
        }
    }

    private func record(_ id: String, _ contents: [String: String], _ parents: [String], on branch: String) {
        model.commits[id] = Model.Commit(contents: contents, parents: parents)
        model.branches[branch] = Model.Branch(head: id)
    }

    private func fold(_ branch: String) async throws {
        last = "fold \(branch)"
        try await either.fold(branch)
    }

    private func reset(_ branch: String) async throws {
        let scope = [ResetScope.all, .object(path()), .prefix("a/"), .prefix("")].randomElement(using: &random) ?? .all
        last = "reset \(scope) of \(branch)"
        let (index, operation) = (either, OperationID())
        try await WriteLog.settle { try await index.reset(scope, branch, operation: operation) }
        let staged = model.branches[branch]?.staged ?? [:]
        model.branches[branch]?.staged = staged.filter { path, _ in
            switch scope {
            case .all: false
            case .object(let own): path != own
            case .prefix(let prefix): !path.hasPrefix(prefix)
            }
        }
    }

    private func makeBranch(_ source: String) async throws {
        let name = (home == "main" ? "" : home) + "b\(number(0..<5))"
        let (index, operation) = (either, OperationID())
        last = "branch \(name) from \(source)"
        if model.branches[name] != nil {
            await expectError(.alreadyExists) { try await index.branch(name, from: source) }
            guard Bool.random(using: &random) else { return }
            _ = try await WriteLog.settle {
                try await index.catalog.deleteBranch(
                    DeleteBranch.Request(
                        repository: index.repository, branch: try BranchName(name), operationID: operation),
                    index.context)
            }
            model.branches[name] = nil
            if source == name { return }
        }
        let again = OperationID()
        _ = try await WriteLog.settle { try await index.branch(name, from: source, operation: again) }
        model.branches[name] = Model.Branch(head: model.branches[source]?.head ?? "")
    }

    private func merge(_ destination: String) async throws {
        let source = branch()
        let strategy: MergeStrategy? = [nil, nil, .sourceWins, .destinationWins].randomElement(using: &random) ?? nil
        last = "merge \(source) into \(destination), \(String(describing: strategy))"
        guard let from = model.branches[source]?.head, let into = model.branches[destination]?.head else { return }
        let (index, operation) = (either, OperationID())
        let base = try await index.catalog.findMergeBase(
            FindMergeBase.Request(
                repository: index.repository, source: try RefExpression(source),
                destination: try RefExpression(destination)), index.context
        ).base.string
        #expect(model.bases(from, into).contains(base), "\(last)")
        let expected = Model.merge(
            base: model.commits[base]?.contents ?? [:], source: model.commits[from]?.contents ?? [:],
            into: model.commits[into]?.contents ?? [:], sourceWins: strategy.map { $0 == .sourceWins })
        do {
            let commit = try await WriteLog.settle {
                try await index.merge(source, into: destination, strategy: strategy, operation: operation)
            }
            #expect(!model.isDirty(destination) && expected != nil, "\(last)")
            record(commit.id.string, expected ?? [:], [into, from], on: destination)
        } catch let error as RPCError where error.code == .noChanges {
            #expect(model.commits[base]?.contents == model.commits[from]?.contents, "\(last)")
        } catch let error as RPCError where error.code == .dirtyBranch {
            #expect(model.isDirty(destination), "\(last)")
        } catch let error as RPCError where error.code == .conflict {
            #expect(expected == nil, "\(last)")
        }
    }

    private func revert(_ branch: String) async throws {
        let reverted = commit()
        last = "revert \(reverted) on \(branch)"
        guard let change = model.commits[reverted], change.parents.count == 1,
            let parent = model.commits[change.parents[0]], let head = model.branches[branch]?.head,
            let contents = model.commits[head]?.contents
        else { return }
        let expected = Model.merge(base: change.contents, source: parent.contents, into: contents, sourceWins: nil)
        do {
            let (index, operation, message) = (either, OperationID(), "\(number(0..<1_000_000))")
            let commit = try await WriteLog.settle {
                try await index.catalog.revertCommit(
                    RevertCommit.Request(
                        repository: index.repository, branch: try BranchName(branch),
                        reference: try RefExpression(reverted), parentNumber: 0, message: message,
                        operationID: operation), index.context)
            }
            #expect(!model.isDirty(branch) && expected != nil, "\(last)")
            record(commit.id.string, expected ?? [:], [head], on: branch)
        } catch let error as RPCError where error.code == .noChanges {
            #expect(expected == contents, "\(last)")
        } catch let error as RPCError where error.code == .dirtyBranch {
            #expect(model.isDirty(branch), "\(last)")
        } catch let error as RPCError where error.code == .conflict {
            #expect(expected == nil, "\(last)")
        }
    }

    private func hardReset(_ branch: String) async throws {
        let target = commit()
        last = "hard reset of \(branch) to \(target)"
        let (before, after) = (model.committed(branch), model.contents(branch))
        let (index, operation) = (either, OperationID())
        _ = try await WriteLog.settle {
            try await index.catalog.hardResetBranch(
                HardResetBranch.Request(
                    repository: index.repository, branch: try BranchName(branch), reference: try RefExpression(target),
                    operationID: operation), index.context)
        }
        // What changed something stays staged; what changed nothing is forgotten.
        var staged: [String: String?] = [:]
        for path in Set(before.keys).union(after.keys) where before[path] != after[path] {
            staged[path] = .some(after[path])
        }
        model.branches[branch] = Model.Branch(head: target, staged: staged)
    }

    private func read(_ branch: String) async throws {
        let prefix = ["", "a", "a/", "a/b/", "x"].randomElement(using: &random) ?? ""
        let delimiter = ["", "/", "b"].randomElement(using: &random) ?? ""
        let amount = [1, 3, 1_000].randomElement(using: &random) ?? 1
        last = "read \(branch), prefix '\(prefix)', delimiter '\(delimiter)', \(amount) a page"
        let contents = model.contents(branch)
        #expect(
            try await either.list(branch, prefix: prefix, delimiter: delimiter, amount: amount)
                == Model.list(contents, prefix: prefix, delimiter: delimiter), "\(last)")
        #expect(
            try await either.uncommitted(branch, prefix: prefix, amount: amount)
                == Model.diff(model.committed(branch), contents).filter { $0.dropFirst().hasPrefix(prefix) }, "\(last)")
        let (left, right) = (commit(), commit())
        #expect(
            try await either.diff(left, right, amount: amount)
                == Model.diff(model.commits[left]?.contents ?? [:], model.commits[right]?.contents ?? [:]), "\(last)")
        let path = path()
        #expect(try await either.get(path, at: branch) == contents[path], "\(last)")
        #expect(try await either.get(path, at: left) == model.commits[left]?.contents[path], "\(last)")
    }

    /// Every branch and every commit, after all of it.
    func checkAll() async throws {
        for branch in model.branches.keys {
            #expect(try await index.contents(branch) == model.contents(branch), "\(branch)")
            #expect(try await other.contents(branch + "@") == model.committed(branch), "\(branch)@")
            let log = try await index.log(branch)
            #expect(log.count == model.ancestors(model.branches[branch]?.head ?? "").count)
        }
        for (id, commit) in model.commits { #expect(try await index.contents(id) == commit.contents, "\(id)") }
    }
}
