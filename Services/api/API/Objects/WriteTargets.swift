import Domain
import Synchronization
import Wire

/// Where the bytes of each repository go, remembered by name.
///
/// What is remembered of a name may be of a repository since deleted: index tells, by `conflict`, when the entry is staged.
final class WriteTargets: Sendable {
    /// Entries, some 200 bytes each.
    static let capacity = 10_000

    private let targets = Mutex<[RepositoryName: WriteTarget]>([:])

    func target(of repository: RepositoryName) -> WriteTarget? { targets.withLock { $0[repository] } }

    func keep(_ target: WriteTarget, of repository: RepositoryName) {
        targets.withLock { targets in
            if targets.count >= Self.capacity, targets[repository] == nil { targets.removeAll(keepingCapacity: true) }
            targets[repository] = target
        }
    }

    func forget(_ repository: RepositoryName) { targets.withLock { $0[repository] = nil } }
}
