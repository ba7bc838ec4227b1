package import Domain
import Synchronization
package import Wire

/// Where the bytes of each repository go: remembered, as it never changes for one repository id.
///
/// A repository that was deleted and made again under its name has another id; index refuses what was written for the old one.
package final class WriteTargets: Sendable {
    private let cache: Mutex<GenerationalCache<RepositoryName, WriteTarget>>

    package init(capacity: Int) {
        cache = Mutex(GenerationalCache(capacity: capacity))
    }

    package func known(_ repository: RepositoryName) -> WriteTarget? {
        cache.withLock { $0.value(repository) }
    }

    package func remember(_ target: WriteTarget, of repository: RepositoryName) {
        cache.withLock { $0.set(target, for: repository) }
    }

    package func forget(_ repository: RepositoryName) {
        cache.withLock { $0.remove(repository) }
    }
}
