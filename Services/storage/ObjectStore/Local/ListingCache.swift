import Glibc
import Synchronization

/// The walks that served a page and wait for the next, so that paging through a big folder reads it once.
final class ListingCache: Sendable {
    private struct Waiting {
        let request: ObjectListRequest
        let walk: LocalWalk
        let since: Int
    }

    /// How many walks wait at most; each may hold the names of a whole folder.
    static let maxWaiting = 8
    /// How long one waits for its next page.
    static let maxSeconds = 60

    private let waiting = Mutex<[Waiting]>([])

    /// Runs on a thread that may wait for the disk.
    func page(_ request: ObjectListRequest, in root: LocalRoot) throws(ObjectStoreError) -> ObjectPage {
        var walk: LocalWalk
        if let waited = take(request) { walk = waited } else { walk = try LocalWalk(request, in: root) }
        let page = try walk.next(request.rows, in: root)
        if let next = page.next {
            var following = request
            following.after = next
            put(following, walk)
        }
        return page
    }

    private func take(_ request: ObjectListRequest) -> LocalWalk? {
        let now = time(nil)
        return waiting.withLock { waiting in
            waiting.removeAll { now - $0.since > Self.maxSeconds }
            var wanted = request
            return waiting.firstIndex { kept in
                wanted.rows = kept.request.rows
                return kept.request == wanted
            }.map { waiting.remove(at: $0).walk }
        }
    }

    private func put(_ request: ObjectListRequest, _ walk: LocalWalk) {
        let now = time(nil)
        waiting.withLock { waiting in
            if waiting.count >= Self.maxWaiting { waiting.removeFirst() }
            waiting.append(Waiting(request: request, walk: walk, since: now))
        }
    }
}
