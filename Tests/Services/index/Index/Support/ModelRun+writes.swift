import Domain
import Testing
import Wire

@testable import Index

/// What stays uncommitted, and what becomes of it in the background.
extension ModelRun {
    func put(_ branch: String) async throws {
        let (path, content) = (path(), content())
        last = "put \(path)=\(content) on \(branch)"
        let (operation, entry) = (OperationID(), entry(content))
        _ = try await sent(on: branch, isWrite: true) {
            try await $0.put(path, entry, on: branch, operation: operation)
            return 0
        }
        model.branches[branch]?.staged[path] = .some(content)
    }

    func putOnCondition(_ branch: String) async throws {
        let (path, content) = (path(), content())
        let condition = chance(1, in: 2) ? WriteCondition.ifAbsent : .ifMatch(self.content())
        last = "put \(path)=\(content) on \(branch), \(condition)"
        let (operation, entry) = (OperationID(), chance(1, in: 8) ? nil : entry(content))
        let current = model.contents(branch)[path]
        let failure: RPCError.Code? =
            switch condition {
            case .none, .ifUnchanged: nil
            case .ifAbsent: current == nil ? nil : .preconditionFailed
            case .ifMatch(let content): current == nil ? .notFound : current == content ? nil : .preconditionFailed
            }
        func put(_ index: TestIndex) async throws -> Int {
            try await index.put(path, entry, on: branch, if: condition, operation: operation)
            return 0
        }
        if let failure { return await expectFailure(failure, put) }
        _ = try await sent(on: branch, isWrite: true, put)
        model.branches[branch]?.staged[path] = .some(entry == nil ? nil : content)
    }

    func delete(_ branch: String) async throws {
        let (one, two) = (path(), path())
        last = "delete \(one), \(two) on \(branch)"
        let operation = OperationID()
        _ = try await sent(on: branch, isWrite: true) {
            try await $0.delete(one, two, on: branch, operation: operation)
            return 0
        }
        for path in [one, two] { model.branches[branch]?.staged[path] = .some(nil) }
    }

    func reset(_ branch: String, _ chosen: ResetScope? = nil) async throws {
        let random =
            [ResetScope.all, .object(path()), .object(path()), .prefix("a/"), .prefix("a"), .prefix("")]
            .randomElement(using: &self.random) ?? .all
        let scope = chosen ?? random
        last = "reset \(scope) of \(branch)"
        let operation = OperationID()
        // One that found nothing staged is not remembered: sent again later it is another.
        let index = either
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

    func fold(_ branch: String) async throws {
        last = "fold \(branch)"
        try await either.fold(branch)
    }

    /// Time passes, and what nobody needs any more goes.
    func sweep() async throws {
        last = "sweep"
        guard isAlone else { return }
        // From here on nobody knows the writes of before.
        forget { _, isWrite in isWrite }
        try await index.sql("UPDATE token SET since = since - interval '1 hour'")
        let upkeep = Upkeep(either.catalog)
        try await upkeep.retireOrphans()
        try await upkeep.sweepRetired()
        if chance(1, in: 2) { try await either.collectTwice() }
    }
}
