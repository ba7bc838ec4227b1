package import Domain
package import JSONCodec

/// An entry and the namespace that its relative address is below.
package struct LocatedEntry: JSONMessage, Hashable {
    package var storageNamespace: StorageNamespace
    package var entry: Entry

    package init(storageNamespace: StorageNamespace, entry: Entry) {
        self.storageNamespace = storageNamespace
        self.entry = entry
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var namespace: StorageNamespace?
        var entry: Entry?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "namespace": namespace = try reader.name(StorageNamespace.init)
            case "entry": entry = try Entry(json: &reader)
            default: try reader.skipValue()
            }
        }
        guard let namespace, let entry else { throw reader.error("located entry is incomplete") }
        self.init(storageNamespace: namespace, entry: entry)
    }

    package func write(json writer: inout JSONWriter) throws(JSONError) {
        writer.object { writer in
            writer.key("namespace")
            writer.value(storageNamespace.string)
            writer.key("entry")
            entry.write(json: &writer)
        }
    }
}

/// The entry of a path as a reference shows it. Errors: `notFound` (repository, reference, object), `invalidArgument`.
package enum GetObject: RPCMethod {
    package typealias Response = LocatedEntry

    package static let name = "index.getObject"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: JSONMessage, Hashable {
        package var repository: RepositoryName
        package var reference: RefExpression
        package var path: ObjectKey

        package init(repository: RepositoryName, reference: RefExpression, path: ObjectKey) {
            self.repository = repository
            self.reference = reference
            self.path = path
        }

        package init(json reader: inout JSONReader) throws(JSONError) {
            var repository: RepositoryName?
            var reference: RefExpression?
            var path: ObjectKey?
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "repository": repository = try reader.name(RepositoryName.init)
                case "reference": reference = try reader.name(RefExpression.init)
                case "path": path = try reader.key()
                default: try reader.skipValue()
                }
            }
            guard let repository, let reference, let path else { throw reader.error("request is incomplete") }
            self.init(repository: repository, reference: reference, path: path)
        }

        package func write(json writer: inout JSONWriter) throws(JSONError) {
            writer.object { writer in
                writer.key("repository")
                writer.value(repository.string)
                writer.key("reference")
                writer.value(reference.string)
                writer.key("path")
                writer.value(utf8: path.bytes)
            }
        }
    }
}

/// Stages one entry or, without one, a tombstone on a branch. Idempotent by its operation id.
///
/// Errors: `notFound` (repository, branch), `forbidden`, `preconditionFailed`, `conflict` (the repository is another than
/// `repositoryID`: it was deleted and made again).
package enum StageObject: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.stageObject"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: JSONMessage, Hashable {
        package var repository: RepositoryName
        /// The repository whose namespace the bytes were written to; nil where no bytes were.
        package var repositoryID: Int64?
        package var branch: BranchName
        package var path: ObjectKey
        /// Nil stages a tombstone.
        package var entry: Entry?
        package var condition: WriteCondition
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        package var operationID: OperationID

        package init(
            repository: RepositoryName, repositoryID: Int64?, branch: BranchName, path: ObjectKey, entry: Entry?,
            condition: WriteCondition = .none, force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.repositoryID = repositoryID
            self.branch = branch
            self.path = path
            self.entry = entry
            self.condition = condition
            self.force = force
            self.operationID = operationID
        }

        package init(json reader: inout JSONReader) throws(JSONError) {
            var repository: RepositoryName?
            var repositoryID: Int64?
            var branch: BranchName?
            var path: ObjectKey?
            var entry: Entry?
            var condition = WriteCondition.none
            var modified: Int64?
            var force = false
            var operationID: OperationID?
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "repository": repository = try reader.name(RepositoryName.init)
                case "repositoryID": repositoryID = try reader.integer()
                case "branch": branch = try reader.name(BranchName.init)
                case "path": path = try reader.key()
                case "entry": entry = try Entry(json: &reader)
                case "ifAbsent": condition = try reader.bool() ? .ifAbsent : .none
                case "ifMatch": condition = .ifMatch(try reader.string())
                case "ifModifiedAt": modified = try reader.integer()
                case "force": force = try reader.bool()
                case "operationID": operationID = OperationID(try reader.string())
                default: try reader.skipValue()
                }
            }
            guard let repository, let branch, let path, let operationID else {
                throw reader.error("request is incomplete")
            }
            if let modified, case .ifMatch(let etag) = condition {
                condition = .ifUnchanged(etag: etag, modified: modified)
            }
            self.init(
                repository: repository, repositoryID: repositoryID, branch: branch, path: path, entry: entry,
                condition: condition, force: force, operationID: operationID)
        }

        package func write(json writer: inout JSONWriter) throws(JSONError) {
            writer.object { writer in
                writer.key("repository")
                writer.value(repository.string)
                if let repositoryID {
                    writer.key("repositoryID")
                    writer.value(repositoryID)
                }
                writer.key("branch")
                writer.value(branch.string)
                writer.key("path")
                writer.value(utf8: path.bytes)
                if let entry {
                    writer.key("entry")
                    entry.write(json: &writer)
                }
                switch condition {
                case .none: break
                case .ifAbsent:
                    writer.key("ifAbsent")
                    writer.value(true)
                case .ifMatch(let etag):
                    writer.key("ifMatch")
                    writer.value(etag)
                case .ifUnchanged(let etag, let modified):
                    writer.key("ifMatch")
                    writer.value(etag)
                    writer.key("ifModifiedAt")
                    writer.value(modified)
                }
                if force {
                    writer.key("force")
                    writer.value(true)
                }
                writer.key("operationID")
                writer.value(operationID.description)
            }
        }
    }
}
