package import Domain
package import JSONCodec

/// A tag and the commit it names.
package struct Tag: CodableMessage {
    package var name: TagName
    package var commitID: CommitID

    package init(name: TagName, commitID: CommitID) {
        self.name = name
        self.commitID = commitID
    }
}

/// Errors: `notFound`, `alreadyExists` (a tag), `conflict` (a branch or commit id), `invalidArgument`, `forbidden`.
package enum CreateTag: RPCMethod {
    package typealias Response = Tag

    package static let name = "index.createTag"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var name: TagName
        package var reference: RefExpression
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, name: TagName, reference: RefExpression, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.name = name
            self.reference = reference
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Errors: `notFound` (repository, tag).
package enum GetTag: RPCMethod {
    package typealias Response = Tag

    package static let name = "index.getTag"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var tag: TagName

        package init(repository: RepositoryName, tag: TagName) {
            self.repository = repository
            self.tag = tag
        }
    }
}

/// Tags in the order of their names.
package enum ListTags: RPCMethod {
    package typealias Response = Listed<Tag>

    package static let name = "index.listTags"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var range: ListRange

        package init(repository: RepositoryName, range: ListRange) {
            self.repository = repository
            self.range = range
        }
    }
}

/// Errors: `notFound`, `forbidden`.
package enum DeleteTag: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.deleteTag"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var tag: TagName
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, tag: TagName, force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.tag = tag
            self.force = force
            self.operationID = operationID
        }
    }
}
