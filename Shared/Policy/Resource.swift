package import Domain

/// What an action is done to, written as an ARN (`arn:lakefs:<service>:::<path>`).
package enum Resource: Sendable, Hashable, CustomStringConvertible {
    case all
    case repository(RepositoryName)
    case object(RepositoryName, ObjectKey)
    case branch(RepositoryName, BranchName)
    case tag(RepositoryName, TagName)
    case namespace(StorageNamespace)
    case user(String)

    package var description: String {
        switch self {
        case .all: "*"
        case .repository(let name): "arn:lakefs:fs:::repository/\(name)"
        case .object(let name, let key): "arn:lakefs:fs:::repository/\(name)/object/\(key)"
        case .branch(let name, let branch): "arn:lakefs:fs:::repository/\(name)/branch/\(branch)"
        case .tag(let name, let tag): "arn:lakefs:fs:::repository/\(name)/tag/\(tag)"
        case .namespace(let namespace): "arn:lakefs:fs:::namespace/\(namespace)"
        case .user(let id): "arn:lakefs:auth:::user/\(id)"
        }
    }
}
