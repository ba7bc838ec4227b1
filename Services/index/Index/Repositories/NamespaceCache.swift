import Database
import Domain
import Synchronization

/// The namespaces of repositories by id, which never change; parsing one costs more than a look-up here.
final class NamespaceCache: Sendable {
    private static let maxCount = 10_000
    private let state = Mutex<[Int64: StorageNamespace]>([:])

    func namespace(_ repository: Int64, _ row: Row, _ column: Int) throws -> StorageNamespace {
        if let known = state.withLock({ $0[repository] }) { return known }
        let namespace = try row.namespace(column)
        state.withLock { state in
            if state.count >= Self.maxCount { state.removeAll() }
            state[repository] = namespace
        }
        return namespace
    }
}
