import Domain
import Logging
import ObjectStore
import Wire

/// Removes bytes that were written and never staged.
///
/// An address is removed only if it is older than 25 h and no reference to it was found twice, at least an hour apart.
/// Folders are named for the hour, so each is looked at once, when it is old enough. What is staged
/// and deleted later is not found here: its removal is garbage collection's.
struct CleanUnstaged: Sendable {
    /// How many addresses are compared with the references in one go; bounds the memory of a run.
    static let addressesOfOneScan = 200_000

    let lease: JobLease
    let worker: Worker

    private var job: Job { lease.job }

    func run() async throws {
        guard try await isAlone() else { throw SharedNamespace() }
        var progress = CleanUpProgress(recorded: lease.recorded)
        progress.removed += try await removeMarked()
        try await lease.record(try progress.text())
        try await mark(&progress)
        try await dropAbandonedUploads()
        let leftovers = try await worker.store.removeLeftovers(
            in: job.storageNamespace, olderThan: worker.configuration.minimumAgeSeconds)
        if leftovers > 0 { worker.logger.info("leftovers removed", metadata: ["count": "\(leftovers)"]) }
    }

    // MARK: Second look

    /// Removes what was marked long enough ago and still has no reference; forgets the marks.
    private func removeMarked() async throws -> Int64 {
        var removed: Int64 = 0
        var after = ""
        while true {
            let page = try await worker.call(
                ListMarkedAddresses.self,
                .init(
                    repositoryID: job.repositoryID, minimumAgeSeconds: worker.configuration.markGapSeconds,
                    after: after))
            guard let last = page.results.last else { return removed }
            let unreferenced = try await withoutReference(Set(page.results))
            for address in unreferenced {
                try Task.checkCancellation()
                try await worker.store.delete(try ObjectAddress(job.storageNamespace, address))
            }
            _ = try await worker.call(
                ForgetMarkedAddresses.self,
                .init(
                    jobID: job.id, fencing: job.fencing, repositoryID: job.repositoryID, addresses: page.results))
            removed += Int64(unreferenced.count)
            if !unreferenced.isEmpty {
                worker.logger.info(
                    "unstaged bytes removed",
                    metadata: ["repository": "\(job.repository)", "count": "\(unreferenced.count)"])
            }
            guard page.hasMore else { return removed }
            after = last
        }
    }

    // MARK: First look

    /// Marks the addresses without a reference in the folders that have become old enough since the last run.
    private func mark(_ progress: inout CleanUpProgress) async throws {
        let oldest = worker.now() / 1_000 - worker.configuration.minimumAgeSeconds
        // The hour's last second must be old enough.
        let lastHour = HourFolder(milliseconds: oldest * 1_000).hour - 1
        let doneThrough = progress.markedThrough.flatMap { HourFolder($0)?.hour }
        let hours = try await folders().filter { $0.hour <= lastHour && $0.hour > doneThrough ?? .min }
        var gathered: Set<String> = []
        for (index, hour) in hours.enumerated() {
            try await addresses(of: hour) { page in
                gathered.formUnion(page)
                guard gathered.count >= Self.addressesOfOneScan else { return }
                try await mark(gathered)
                gathered = []
            }
            if gathered.count >= Self.addressesOfOneScan / 2 || index == hours.count - 1 {
                try await mark(gathered)
                gathered = []
                progress.markedThrough = hour.description
                try await lease.record(try progress.text())
            }
        }
    }

    private func mark(_ addresses: Set<String>) async throws {
        let unreferenced = try await withoutReference(addresses).sorted()
        for start in stride(from: 0, to: unreferenced.count, by: PageLimits.addresses) {
            let page = Array(unreferenced[start..<min(start + PageLimits.addresses, unreferenced.count)])
            _ = try await worker.call(
                MarkAddresses.self,
                .init(jobID: job.id, fencing: job.fencing, repositoryID: job.repositoryID, addresses: page))
        }
    }

    // MARK: What there is

    /// Those of `addresses` that no commit, staged row, working tree or upload refers to.
    private func withoutReference(_ addresses: Set<String>) async throws -> Set<String> {
        let hours = addresses.compactMap(hour).sorted()
        guard let first = hours.first, let last = hours.last else { return [] }
        var remaining = addresses
        var cursor: String?
        repeat {
            try Task.checkCancellation()
            let page = try await worker.call(
                ScanAddresses.self,
                .init(
                    repositoryID: job.repositoryID, firstHour: first.description, lastHour: last.description,
                    cursor: cursor))
            remaining.subtract(page.addresses)
            cursor = page.cursor
        } while cursor != nil
        // What is in no hour's folder was not made by a server and is nobody's to remove.
        return remaining.filter { hour($0) != nil }
    }

    private func hour(_ address: String) -> HourFolder? {
        let elements = address.split(separator: "/", omittingEmptySubsequences: false)
        guard elements.count == 3, elements[0] == AddressMaker.folder else { return nil }
        return HourFolder(elements[1])
    }

    private func folders() async throws -> [HourFolder] {
        let path = AddressMaker.folder + "/"
        var hours: [HourFolder] = []
        var after = ""
        while true {
            let request = ObjectListRequest(job.storageNamespace, path: path, after: after, byFolder: true)
            let page = try await worker.store.list(request)
            hours += page.folders.compactMap { HourFolder($0.dropFirst(request.prefix.count).dropLast()) }
            guard let next = page.next else { return hours.sorted() }
            after = next
        }
    }

    private func addresses(of hour: HourFolder, _ body: (Set<String>) async throws -> Void) async throws {
        let path = "\(AddressMaker.folder)/\(hour)/"
        var after = ""
        while true {
            try Task.checkCancellation()
            let request = ObjectListRequest(job.storageNamespace, path: path, after: after)
            let page = try await worker.store.list(request)
            try await body(Set(page.objects.map { path + $0.key.dropFirst(request.prefix.count) }))
            guard let next = page.next else { return }
            after = next
        }
    }
}

/// Refuses a clean-up that would not see all references.
struct SharedNamespace: Error, CustomStringConvertible {
    let description = "another repository uses the namespace, or one around or inside it: nothing is cleaned"
}

/// How much goes into one call.
enum PageLimits {
    static let addresses = 1_000
    static let uploads = 1_000
    static let repositories = 1_000
}
