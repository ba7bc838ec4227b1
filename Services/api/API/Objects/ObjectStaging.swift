import Domain
import ObjectStore
import Wire

/// Stages an entry whose bytes are written.
struct ObjectStaging {
    let call: Call
    let repository: RepositoryName
    let branch: BranchName
    let path: ObjectKey
    let condition: WriteCondition
    let force: Bool
    /// When the bytes began to be written, in milliseconds since 1970.
    let begun: Int64

    /// A write that took longer than 24 h is not staged: clean-up takes bytes older than 25 h for nobody's.
    private static let maxMilliseconds: Int64 = 24 * 3_600_000

    /// - Parameter target: the repository whose namespace the bytes were written to.
    func stage(_ entry: Entry, writtenTo target: WriteTarget) async throws -> LocatedEntry {
        do {
            try await send(entry, target)
            return LocatedEntry(storageNamespace: target.storageNamespace, entry: entry)
        } catch let error as RPCError where error.code == .conflict {
            // The repository was deleted and made again under its name: the bytes belong to the one that is there now.
            call.services.writeTargets.forget(repository)
            let target = try await move(entry, from: target)
            try await send(entry, target)
            return LocatedEntry(storageNamespace: target.storageNamespace, entry: entry)
        }
    }

    private func send(_ entry: Entry, _ target: WriteTarget) async throws {
        guard call.services.now() - begun <= Self.maxMilliseconds else {
            throw APIError(408, "the request took longer than a write may")
        }
        _ = try await call.index(
            StageObject.self,
            .init(
                repository: repository, repositoryID: target.repositoryID, branch: branch, path: path, entry: entry,
                condition: condition, force: force))
    }

    private func move(_ entry: Entry, from old: WriteTarget) async throws -> WriteTarget {
        let target = try await call.writeTarget(of: repository, branch, force: force)
        if target.storageNamespace != old.storageNamespace {
            _ = try await call.services.store.copy(
                from: ObjectAddress(entry.address, in: old.storageNamespace),
                to: ObjectAddress(entry.address, in: target.storageNamespace))
        }
        return target
    }
}
