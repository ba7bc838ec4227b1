package import Domain

/// What an action is done to, written as an ARN (`arn:lakefs:<service>:::<path>`).
package enum Resource: Sendable, Hashable, CustomStringConvertible {
    /// Everything of a kind, as for a list of all users.
    case all
    /// At least one: for lists whose rows are then asked for one by one.
    case some
    case repository(RepositoryName)
    case object(RepositoryName, ObjectKey)
    /// Every object whose path begins with `prefix`.
    case objects(RepositoryName, prefix: [UInt8])
    /// What a listing shows: the repository, or every object below `prefix`, whichever the caller has a right to.
    case listing(RepositoryName, prefix: [UInt8])
    case branch(RepositoryName, BranchName)
    case tag(RepositoryName, TagName)
    case namespace(StorageNamespace)
    /// An object of the store by its URI, inside no repository's namespace.
    case stored(String)
    case user(String)
    case group(String)
    case policy(String)
    case externalPrincipal(String)

    package var description: String {
        switch self {
        case .all, .some: "*"
        case .repository, .object, .branch, .tag, .namespace, .stored:
            "arn:lakefs:fs:::\(String(decoding: path, as: UTF8.self))"
        case .user, .group, .policy, .externalPrincipal: "arn:lakefs:auth:::\(String(decoding: path, as: UTF8.self))"
        case .objects: "arn:lakefs:fs:::\(String(decoding: path, as: UTF8.self))*"
        case .listing(let name, let prefix):
            prefix.isEmpty
                ? Resource.repository(name).description : Resource.objects(name, prefix: prefix).description
        }
    }

    var service: ARNPattern.Service {
        switch self {
        case .user, .group, .policy, .externalPrincipal: .auth
        default: .fs
        }
    }

    /// What follows the service in the ARN; of many objects, what all of them begin with.
    var path: [UInt8] {
        switch self {
        case .all, .some: []
        case .repository(let name): Self.bytes("repository/", name.string)
        case .object(let name, let key): Self.bytes("repository/", name.string, "/object/", key.bytes)
        case .objects(let name, let prefix), .listing(let name, let prefix):
            Self.bytes("repository/", name.string, "/object/", prefix)
        case .branch(let name, let branch): Self.bytes("repository/", name.string, "/branch/", branch.string.utf8)
        case .tag(let name, let tag): Self.bytes("repository/", name.string, "/tag/", tag.string.utf8)
        case .namespace(let namespace): Self.bytes("namespace/", namespace.string)
        case .stored(let uri): Self.bytes("namespace/", uri)
        case .user(let id): Self.bytes("user/", id)
        case .group(let id): Self.bytes("group/", id)
        case .policy(let id): Self.bytes("policy/", id)
        case .externalPrincipal(let id): Self.bytes("externalPrincipal/", id)
        }
    }

    private static func bytes(_ kind: StaticString, _ name: String) -> [UInt8] { bytes(kind, name, "", []) }

    private static func bytes(
        _ kind: StaticString, _ name: String, _ separator: StaticString, _ rest: some Collection<UInt8>
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(kind.utf8CodeUnitCount + name.utf8.count + separator.utf8CodeUnitCount + rest.count)
        kind.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: name.utf8)
        separator.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: rest)
        return bytes
    }
}
