import Domain
import Testing
import Wire

@testable import Index

/// What makes commits.
extension ModelRun {
    /// Makes a call that makes a commit, or fails as the model says.
    private func make(
        on branch: String, _ contents: Model.Contents, parents: [String], failure: RPCError.Code?,
        _ body: @escaping (TestIndex, OperationID) async throws -> Commit
    ) async throws {
        let operation = OperationID()
        if let failure { return await expectFailure(failure) { try await body($0, operation) } }
        let commit = try await sent(on: branch) { try await body($0, operation) }
        try note(commit, contents, parents: parents)
        model.move(branch, to: commit.id.string)
    }

    private func head(_ branch: String) -> String { model.branches[branch]?.head ?? "" }
    private func message() -> String { "\(number(0..<1_000_000))" }

    func commit(_ branch: String) async throws {
        let (message, allowsEmpty) = (message(), chance(1, in: 10))
        // A clock may be behind, and two may tell the same time.
        let date: Int64? = chance(1, in: 3) ? nil : 1_800_000_000 + Int64(number(0..<12))
        last = "commit \(branch)\(allowsEmpty ? ", even empty" : "")"
        try await make(
            on: branch, model.contents(branch), parents: [head(branch)],
            failure: model.isDirty(branch) || allowsEmpty ? nil : .noChanges
        ) {
            try await $0.commit(branch, message, date: date, allowsEmpty: allowsEmpty, operation: $1)
        }
    }

    /// Commits the tree of another commit.
    func commitTree(_ branch: String) async throws {
        let source = commit()
        guard let tree = model.commits[source]?.tree, !tree.isEmpty else { return }
        let message = message()
        last = "commit the tree of \(source) on \(branch)"
        try await make(
            on: branch, model.contents(of: source), parents: [head(branch)],
            failure: model.isDirty(branch)
                ? .dirtyBranch : model.haveSameTree(source, head(branch)) ? .noChanges : nil
        ) { index, operation in
            try await index.catalog.createCommit(
                CreateCommit.Request(
                    repository: index.repository, branch: try BranchName(branch), message: message,
                    sourceMetaRange: tree, operationID: operation), index.context)
        }
    }

    func merge(into destination: String) async throws {
        let source = try reference()
        let into = head(destination)
        last = "merge \(source.text) into \(destination)"
        let base = try await checkedBase(source.text, source.commit, destination, into)
        let contents = (model.contents(of: base), model.contents(of: source.commit), model.contents(of: into))
        let conflicts = Model.conflicts(base: contents.0, source: contents.1, destination: contents.2)
        if !conflicts.isEmpty { try await checkConflicts(source.text.string, destination, conflicts, contents) }

        let strategy: MergeStrategy? = [nil, nil, .sourceWins, .destinationWins].randomElement(using: &random) ?? nil
        var resolutions: [(path: String, take: ConflictChoice)] = []
        for path in conflicts + [path()] where chance(1, in: 2) && !resolutions.contains(where: { $0.path == path }) {
            resolutions.append((path, [.source, .destination, .delete].randomElement(using: &random) ?? .source))
        }
        let (chosen, squashes, allowsEmpty) = (resolutions, chance(1, in: 5), chance(1, in: 5))
        last =
            "merge \(source.text) into \(destination), \(String(describing: strategy)), \(chosen)\(squashes ? ", squashed" : "")"
        let merged = Model.merge(base: contents.0, source: contents.1, into: contents.2) { path in
            switch chosen.first(where: { $0.path == path })?.take {
            case .source: .source
            case .destination: .destination
            case .delete: .neither
            case nil: strategy.map { $0 == .sourceWins ? .source : .destination }
            }
        }
        let failure: RPCError.Code? =
            if model.isDirty(destination) {
                .dirtyBranch
            } else if model.haveSameTree(base, source.commit), !allowsEmpty {
                .noChanges
            } else {
                merged == nil ? .conflict : nil
            }
        try await make(
            on: destination, merged ?? [:], parents: squashes ? [into] : [into, source.commit], failure: failure
        ) {
            try await $0.merge(
                source.text.string, into: destination, strategy: strategy, resolutions: chosen, squashes: squashes,
                allowsEmpty: allowsEmpty, operation: $1)
        }
    }

    /// The merge base that the index has chosen, which must be one of those that may be.
    func checkedBase(
        _ source: RefExpression, _ from: String, _ destination: String, _ into: String
    ) async throws -> String {
        let base = try await either.catalog.findMergeBase(
            FindMergeBase.Request(
                repository: index.repository, source: source, destination: try RefExpression(destination)),
            index.context)
        try #require(base.source.string == from && base.destination.string == into, "\(last)")
        try #require(model.bases(from, into).contains(base.base.string), "\(last)")
        return base.base.string
    }

    private func checkConflicts(
        _ source: String, _ destination: String, _ conflicts: [String],
        _ contents: (base: Model.Contents, source: Model.Contents, destination: Model.Contents)
    ) async throws {
        let prefix = ["", "a", "a/"].randomElement(using: &random) ?? ""
        let expected = conflicts.filter { $0.hasPrefix(prefix) }.map { path in
            ([path] + [contents.base, contents.source, contents.destination].map { $0[path] ?? "-" })
                .joined(separator: " ")
        }
        let amount = [1, 2, 1_000].randomElement(using: &random) ?? 1
        try #require(
            try await either.conflicts(source, into: destination, prefix: prefix, amount: amount) == expected, "\(last)"
        )
    }

    /// The parent that a change is counted from, or why there is none.
    private func parent(
        of commit: String, _ number: Int?, severalFailure: RPCError.Code
    ) -> Result<String, RPCError> {
        let parents = model.commits[commit]?.parents ?? []
        if number == nil, parents.count > 1 { return .failure(RPCError(severalFailure, "")) }
        let place = (number ?? 1) - 1
        return parents.indices.contains(place) ? .success(parents[place]) : .failure(RPCError(.invalidArgument, ""))
    }

    func revert(on branch: String) async throws {
        let (source, message, allowsEmpty) = (try reference(), message(), chance(1, in: 5))
        let number = [0, 0, 1, 2, 3].randomElement(using: &random) ?? 0
        last = "revert \(source.text) against parent \(number) on \(branch)"
        let parent = parent(of: source.commit, number == 0 ? nil : number, severalFailure: .conflict)
        try await change(
            branch, from: .success(source.commit), to: parent, allowsEmpty: allowsEmpty
        ) { index, operation in
            try await index.catalog.revertCommit(
                RevertCommit.Request(
                    repository: index.repository, branch: try BranchName(branch), reference: source.text,
                    parentNumber: number, message: message, allowsEmpty: allowsEmpty, operationID: operation),
                index.context)
        }
    }

    func cherryPick(on branch: String) async throws {
        let (source, message) = (try reference(), message())
        let number: Int? = [nil, nil, 1, 2, 3].randomElement(using: &random) ?? nil
        last = "pick \(source.text) against parent \(String(describing: number)) on \(branch)"
        let parent = parent(of: source.commit, number, severalFailure: .invalidArgument)
        try await change(branch, from: parent, to: .success(source.commit), allowsEmpty: false) { index, operation in
            try await index.catalog.cherryPick(
                CherryPick.Request(
                    repository: index.repository, branch: try BranchName(branch), reference: source.text,
                    parentNumber: number, message: message, operationID: operation), index.context)
        }
    }

    /// A commit with the change from one commit to another.
    private func change(
        _ branch: String, from: Result<String, RPCError>, to: Result<String, RPCError>, allowsEmpty: Bool,
        _ body: @escaping (TestIndex, OperationID) async throws -> Commit
    ) async throws {
        let into = head(branch)
        var merged: Model.Contents?
        var failure: RPCError.Code?
        do throws(RPCError) {
            merged = Model.merge(
                base: model.contents(of: try from.get()), source: model.contents(of: try to.get()),
                into: model.contents(of: into))
            if model.isDirty(branch) {
                failure = .dirtyBranch
            } else if merged == nil {
                failure = .conflict
            } else if merged == model.contents(of: into), !allowsEmpty {
                failure = .noChanges
            }
        } catch {
            failure = error.code
        }
        try await make(on: branch, merged ?? [:], parents: [into], failure: failure, body)
    }

    func replay(_ branch: String) async throws {
        let (onto, operation) = (try reference(), OperationID())
        let strategy: MergeStrategy? = [nil, .sourceWins, .destinationWins].randomElement(using: &random) ?? nil
        last = "replay \(branch) on \(onto.text), \(String(describing: strategy))"
        func replay(_ index: TestIndex) async throws -> Replay {
            try await index.catalog.replayBranch(
                ReplayBranch.Request(
                    repository: index.repository, branch: try BranchName(branch), onto: onto.text, strategy: strategy,
                    operationID: operation), index.context)
        }
        if model.isDirty(branch) { return await expectFailure(.dirtyBranch, replay) }

        // What becomes of each: it stays, or is made again, or brings nothing.
        var steps: [(origin: String, outcome: ReplayStep)] = []
        // Nil where it is a new one.
        var tip: String? = onto.commit
        var contents = model.contents(of: onto.commit)
        for id in model.unique(head(branch), notIn: onto.commit) {
            guard let origin = model.commits[id], origin.parents.count < 2 else {
                steps.append((id, .nothing))
                continue
            }
            if let tip, origin.parents.first == tip {
                steps.append((id, .itself))
                contents = origin.contents
            } else {
                let parent = origin.parents.first ?? ""
                let merged = Model.merge(base: model.contents(of: parent), source: origin.contents, into: contents) {
                    _ in strategy.map { $0 == .sourceWins ? .source : .destination }
                }
                guard let merged else { return await expectFailure(.conflict, replay) }
                if merged == contents, !model.haveSameTree(parent, id) {
                    steps.append((id, .nothing))
                    continue
                }
                steps.append((id, .made(merged)))
                contents = merged
            }
            if case .itself = steps.last?.outcome { tip = id } else { tip = nil }
        }
        let before = head(branch)
        // One that moves nothing is not remembered: sent again later it is another.
        let index = either
        let answer =
            try await tip == before
            ? WriteLog.settle { try await replay(index) } : sent(on: branch, replay)
        try #require(answer.commits.map(\.origin.string) == steps.map(\.origin), "\(last)")
        var head = onto.commit
        for (row, step) in zip(answer.commits, steps) {
            switch step.outcome {
            case .nothing: try #require(row.commit == nil, "\(last)")
            case .itself:
                try #require(row.commit == row.origin, "\(last)")
                head = step.origin
            case .made(let contents):
                guard let id = row.commit else {
                    Issue.record("\(last): \(row.origin) was not made again")
                    return
                }
                try note(try await either.commit(of: id.string), contents, parents: [head])
                head = id.string
            }
        }
        try #require(answer.head.string == head, "\(last)")
        if head != before { model.move(branch, to: head) }
    }

    enum ReplayStep {
        case nothing, itself
        case made(Model.Contents)
    }
}
