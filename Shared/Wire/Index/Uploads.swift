package import Domain
package import JSONCodec

/// A multipart upload in progress.
package struct Upload: CodableMessage {
    package var id: String
    package var repository: RepositoryName
    package var repositoryID: Int64
    package var storageNamespace: StorageNamespace
    package var branch: BranchName
    package var path: ObjectKey
    /// Relative to the namespace.
    package var physicalAddress: String
    /// What the object store calls it.
    package var storeUploadID: String
    /// Milliseconds since 1970.
    package var created: Int64
    package var contentType: String
    package var userMetadata: [String: String]
    package var attributes: [String: String]

    package init(
        id: String, repository: RepositoryName, repositoryID: Int64, storageNamespace: StorageNamespace,
        branch: BranchName, path: ObjectKey, physicalAddress: String, storeUploadID: String, created: Int64,
        contentType: String, userMetadata: [String: String], attributes: [String: String]
    ) {
        self.id = id
        self.repository = repository
        self.repositoryID = repositoryID
        self.storageNamespace = storageNamespace
        self.branch = branch
        self.path = path
        self.physicalAddress = physicalAddress
        self.storeUploadID = storeUploadID
        self.created = created
        self.contentType = contentType
        self.userMetadata = userMetadata
        self.attributes = attributes
    }
}

/// One uploaded part.
package struct UploadPart: Codable, Hashable, Sendable {
    /// 1 to 10,000.
    package var number: Int
    /// In bytes.
    package var size: Int64
    /// MD5 in hexadecimal, as the client was told.
    package var etag: String
    /// What the object store wants back at completion.
    package var storeETag: String
    /// Milliseconds since 1970.
    package var modified: Int64
    /// Additional checksums by header name.
    package var checksums: [String: String]

    package init(
        number: Int, size: Int64, etag: String, storeETag: String, modified: Int64, checksums: [String: String] = [:]
    ) {
        self.number = number
        self.size = size
        self.etag = etag
        self.storeETag = storeETag
        self.modified = modified
        self.checksums = checksums
    }
}

/// Records a multipart upload. Errors: `notFound` (repository, branch), `forbidden`.
package enum CreateUpload: RPCMethod {
    package typealias Response = Upload

    package static let name = "index.createUpload"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var repositoryID: Int64
        package var branch: BranchName
        package var path: ObjectKey
        package var physicalAddress: String
        package var storeUploadID: String
        package var contentType: String
        package var userMetadata: [String: String]
        package var attributes: [String: String]
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, repositoryID: Int64, branch: BranchName, path: ObjectKey,
            physicalAddress: String, storeUploadID: String, contentType: String, userMetadata: [String: String],
            attributes: [String: String], force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.repositoryID = repositoryID
            self.branch = branch
            self.path = path
            self.physicalAddress = physicalAddress
            self.storeUploadID = storeUploadID
            self.contentType = contentType
            self.userMetadata = userMetadata
            self.attributes = attributes
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Errors: `notFound` (upload).
package enum GetUpload: RPCMethod {
    package typealias Response = Upload

    package static let name = "index.getUpload"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String

        package init(repository: RepositoryName, uploadID: String) {
            self.repository = repository
            self.uploadID = uploadID
        }
    }
}

/// Records a part, replacing an earlier one of its number. Errors: `notFound` (upload).
package enum PutUploadPart: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.putUploadPart"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String
        package var part: UploadPart
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, uploadID: String, part: UploadPart, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.uploadID = uploadID
            self.part = part
            self.operationID = operationID
        }
    }
}

/// Parts in the order of their numbers.
package enum ListUploadParts: RPCMethod {
    package typealias Response = Listed<UploadPart>

    package static let name = "index.listUploadParts"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String
        package var after: Int
        /// 1 to 10,000.
        package var amount: Int

        package init(repository: RepositoryName, uploadID: String, after: Int = 0, amount: Int = 1000) {
            self.repository = repository
            self.uploadID = uploadID
            self.after = after
            self.amount = amount
        }
    }
}

/// Uploads of a repository by path, then id.
package enum ListUploads: RPCMethod {
    package typealias Response = Listed<Upload>

    package static let name = "index.listUploads"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        /// Nil for all branches.
        package var branch: BranchName?
        package var prefix: String
        package var afterPath: String
        package var afterID: String
        package var amount: Int

        package init(
            repository: RepositoryName, branch: BranchName? = nil, prefix: String = "", afterPath: String = "",
            afterID: String = "", amount: Int = 1000
        ) {
            self.repository = repository
            self.branch = branch
            self.prefix = prefix
            self.afterPath = afterPath
            self.afterID = afterID
            self.amount = amount
        }
    }
}

/// How far the completion of an upload has come.
package enum CompletionState: Codable, Hashable, Sendable {
    /// The parts to join, in order; the caller joins them in the store and then calls `FinishUpload`. Calling again is safe.
    case completing(parts: [UploadPart])
    /// It was completed before, with this entry.
    case completed(Entry)
}

/// Answer of `BeginCompleteUpload`.
package struct Completion: CodableMessage {
    package var upload: Upload
    package var state: CompletionState

    package init(upload: Upload, state: CompletionState) {
        self.upload = upload
        self.state = state
    }
}

/// A part as a client names it at completion.
package struct CompletedPart: Codable, Hashable, Sendable {
    package var number: Int
    package var etag: String

    package init(number: Int, etag: String) {
        self.number = number
        self.etag = etag
    }
}

/// Moves an upload to `completing`, with the parts chosen. Errors: `notFound` (upload; part), `invalidArgument` (order), `conflict` (other parts chosen before).
package enum BeginCompleteUpload: RPCMethod {
    package typealias Response = Completion

    package static let name = "index.beginCompleteUpload"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String
        package var path: ObjectKey
        package var parts: [CompletedPart]
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, uploadID: String, path: ObjectKey, parts: [CompletedPart],
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.uploadID = uploadID
            self.path = path
            self.parts = parts
            self.operationID = operationID
        }
    }
}

/// Stages the joined object and ends the upload, in one transaction. Errors: `notFound` (branch, upload), `preconditionFailed`, `forbidden`.
package enum FinishUpload: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.finishUpload"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String
        package var entry: Entry
        package var condition: WriteCondition
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, uploadID: String, entry: Entry, condition: WriteCondition = .none,
            force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.uploadID = uploadID
            self.entry = entry
            self.condition = condition
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Forgets an upload, one that is being completed too: then `FinishUpload` finds none. Errors: `notFound` (upload).
package enum AbortUpload: RPCMethod {
    package typealias Response = Upload

    package static let name = "index.abortUpload"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var uploadID: String
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(repository: RepositoryName, uploadID: String, operationID: OperationID = OperationID()) {
            self.repository = repository
            self.uploadID = uploadID
            self.operationID = operationID
        }
    }
}
