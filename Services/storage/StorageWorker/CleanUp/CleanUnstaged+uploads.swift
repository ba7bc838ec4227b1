import Domain
import Logging
import ObjectStore
import Wire

extension CleanUnstaged {
    /// Drops uploads in the store that index does not know: their recording failed, or they were aborted there only.
    func dropAbandonedUploads() async throws {
        let latest = worker.now() - worker.configuration.minimumAgeSeconds * 1_000
        let pending = try await worker.store.uploads(in: lease.job.storageNamespace).filter { $0.begun < latest }
        guard !pending.isEmpty else { return }
        let known = try await recordedUploads()
        for upload in pending where !known.contains(upload.upload.string) {
            try Task.checkCancellation()
            try await worker.store.abortUpload(upload.upload, of: upload.address)
            worker.logger.info("abandoned upload dropped", metadata: ["address": "\(upload.address)"])
        }
    }

    private func recordedUploads() async throws -> Set<String> {
        var known: Set<String> = []
        var afterPath = ""
        var afterID = ""
        while true {
            let page = try await worker.call(
                ListUploads.self,
                .init(
                    repository: lease.job.repository, afterPath: afterPath, afterID: afterID,
                    amount: PageLimits.uploads))
            known.formUnion(page.results.map(\.storeUploadID))
            guard page.hasMore, let last = page.results.last else { return known }
            afterPath = last.path.string
            afterID = last.id
        }
    }

    /// Whether no other repository's namespace is this one, inside it or around it: references of another are not looked at.
    func isAlone() async throws -> Bool {
        let own = lease.job.storageNamespace.string + "/"
        var after = ""
        while true {
            let page = try await worker.call(
                ListRepositories.self, .init(range: ListRange(after: after, amount: PageLimits.repositories)))
            for repository in page.results where repository.id != lease.job.repositoryID {
                let other = repository.storageNamespace.string + "/"
                if own.hasPrefix(other) || other.hasPrefix(own) { return false }
            }
            guard page.hasMore, let last = page.results.last else { return true }
            after = last.name.string
        }
    }
}
