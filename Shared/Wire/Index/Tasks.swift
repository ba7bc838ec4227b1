package import Domain
import JSONCodec

/// Names a job that a user began.
package struct TaskTicket: CodableMessage {
    /// 32 hexadecimal digits.
    package var id: String

    package init(id: String) {
        self.id = id
    }
}

/// How a job that a user began goes.
package struct TaskState: CodableMessage {
    package var id: String
    package var isDone: Bool
    /// When its state changed last: milliseconds since 1970.
    package var changed: Int64
    /// Why it failed; nil while it has not.
    package var error: String?
    /// JSON of the job's kind; nil until it has succeeded, or for a kind without one.
    package var result: String?

    package init(id: String, isDone: Bool, changed: Int64, error: String? = nil, result: String? = nil) {
        self.id = id
        self.isDone = isDone
        self.changed = changed
        self.error = error
        self.result = result
    }
}

/// Begins to dump a repository's references. Errors: `notFound`.
package enum SubmitDump: RPCMethod {
    package typealias Response = TaskTicket

    package static let name = "index.submitDump"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        /// Makes a repeated call one call; also the job's id.
        package var operationID: OperationID

        package init(repository: RepositoryName, operationID: OperationID = OperationID()) {
            self.repository = repository
            self.operationID = operationID
        }
    }
}

/// Begins to restore dumped references into a bare repository. Errors: `notFound`, `invalidArgument` (not bare), `forbidden`.
package enum SubmitRestore: RPCMethod {
    package typealias Response = TaskTicket

    package static let name = "index.submitRestore"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var references: DumpedIDs
        /// Whether entries may refer to objects outside the repository's namespace.
        package var allowsForeignObjects: Bool
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call; also the job's id.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, references: DumpedIDs, allowsForeignObjects: Bool = false, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.references = references
            self.allowsForeignObjects = allowsForeignObjects
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Tells how a job goes; done ones are known for a week. Errors: `notFound` (repository, task).
package enum GetTask: RPCMethod {
    package typealias Response = TaskState

    package static let name = "index.getTask"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var kind: JobKind
        package var id: String

        package init(repository: RepositoryName, kind: JobKind, id: String) {
            self.repository = repository
            self.kind = kind
            self.id = id
        }
    }
}
