package import Domain
package import JSONCodec

/// The kinds of long work that a worker takes.
package enum JobKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Clean-up of bytes that were written and never staged.
    case cleanUnstaged
    /// Writes branches, tags, commits and their trees to the object store.
    case dumpRefs
    /// Reads what was dumped into a bare repository.
    case restoreRefs
    /// Commits what is staged on a branch.
    case commitBranch
    /// Merges a reference into a branch.
    case mergeBranch
}

/// A leased job.
package struct Job: CodableMessage {
    package var id: String
    package var kind: JobKind
    package var repositoryID: Int64
    package var repository: RepositoryName
    package var storageNamespace: StorageNamespace
    /// Every change of the job's state names it; an older one is refused.
    package var fencing: Int64
    /// Until the lease ends unless renewed.
    package var leaseMilliseconds: Int64
    /// What the last holder of the lease recorded: JSON of the job's kind, or empty.
    package var progress: String
    /// What was asked for: JSON of the job's kind, or empty.
    package var request: String

    package init(
        id: String, kind: JobKind, repositoryID: Int64, repository: RepositoryName, storageNamespace: StorageNamespace,
        fencing: Int64, leaseMilliseconds: Int64, progress: String, request: String = ""
    ) {
        self.id = id
        self.kind = kind
        self.repositoryID = repositoryID
        self.repository = repository
        self.storageNamespace = storageNamespace
        self.fencing = fencing
        self.leaseMilliseconds = leaseMilliseconds
        self.progress = progress
        self.request = request
    }
}

/// Answer of `LeaseJob`: nil where nothing is due.
package struct LeasedJob: CodableMessage {
    package var job: Job?

    package init(job: Job? = nil) {
        self.job = job
    }
}

/// Takes the job that is due longest.
package enum LeaseJob: RPCMethod {
    package typealias Response = LeasedJob

    package static let name = "index.leaseJob"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var kinds: [JobKind]
        package var owner: String
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(kinds: [JobKind], owner: String, operationID: OperationID = OperationID()) {
            self.kinds = kinds
            self.owner = owner
            self.operationID = operationID
        }
    }
}

/// Renews the lease and records progress. Errors: `conflict` (lease lost), `notFound` (job).
package enum HeartbeatJob: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.heartbeatJob"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var progress: String

        package init(jobID: String, fencing: Int64, progress: String) {
            self.jobID = jobID
            self.fencing = fencing
            self.progress = progress
        }
    }
}

/// Ends a run. A clean-up is due again after `againAfterSeconds`; any other job only where that is given, else it is done.
/// Errors: `conflict` (lease lost), `notFound` (job).
package enum FinishJob: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.finishJob"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var error: String?
        package var progress: String
        /// What came of it: JSON of the job's kind.
        package var result: String?
        package var againAfterSeconds: Int64?

        package init(
            jobID: String, fencing: Int64, error: String? = nil, progress: String, result: String? = nil,
            againAfterSeconds: Int64? = nil
        ) {
            self.jobID = jobID
            self.fencing = fencing
            self.error = error
            self.progress = progress
            self.result = result
            self.againAfterSeconds = againAfterSeconds
        }
    }
}

/// A page of referenced addresses.
package struct ScannedAddresses: CodableMessage {
    /// Relative to the namespace, each at least once.
    package var addresses: [String]
    /// Where to go on; nil at the end.
    package var cursor: String?

    package init(addresses: [String], cursor: String? = nil) {
        self.addresses = addresses
        self.cursor = cursor
    }
}

/// Every address below `data/` of these hours that a commit, a staged row, a working tree or an upload in progress refers to. Errors: `notFound`.
package enum ScanAddresses: RPCMethod {
    package typealias Response = ScannedAddresses

    package static let name = "index.scanAddresses"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repositoryID: Int64
        /// Such as `2026-11-22T19`.
        package var firstHour: String
        /// Inclusive.
        package var lastHour: String
        package var cursor: String?

        package init(repositoryID: Int64, firstHour: String, lastHour: String, cursor: String? = nil) {
            self.repositoryID = repositoryID
            self.firstHour = firstHour
            self.lastHour = lastHour
            self.cursor = cursor
        }
    }
}

/// Records addresses found without a reference, keeping the time of an earlier mark. Errors: `conflict` (lease lost).
package enum MarkAddresses: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.markAddresses"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var repositoryID: Int64
        /// At most 1,000.
        package var addresses: [String]

        package init(jobID: String, fencing: Int64, repositoryID: Int64, addresses: [String]) {
            self.jobID = jobID
            self.fencing = fencing
            self.repositoryID = repositoryID
            self.addresses = addresses
        }
    }
}

/// Marked addresses in order.
package enum ListMarkedAddresses: RPCMethod {
    package typealias Response = Listed<String>

    package static let name = "index.listMarkedAddresses"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repositoryID: Int64
        /// Only those marked at least so long ago, by the database's clock.
        package var minimumAgeSeconds: Int64
        package var after: String
        package var amount: Int

        package init(repositoryID: Int64, minimumAgeSeconds: Int64, after: String = "", amount: Int = 1000) {
            self.repositoryID = repositoryID
            self.minimumAgeSeconds = minimumAgeSeconds
            self.after = after
            self.amount = amount
        }
    }
}

/// Errors: `conflict` (lease lost).
package enum ForgetMarkedAddresses: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.forgetMarkedAddresses"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var repositoryID: Int64
        /// At most 1,000.
        package var addresses: [String]

        package init(jobID: String, fencing: Int64, repositoryID: Int64, addresses: [String]) {
            self.jobID = jobID
            self.fencing = fencing
            self.repositoryID = repositoryID
            self.addresses = addresses
        }
    }
}
