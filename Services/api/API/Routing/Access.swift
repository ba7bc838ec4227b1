import Domain
import Policy

/// Who may call an operation.
enum Access: Sendable {
    /// Anybody, without credentials.
    case open
    /// Whoever can sign in.
    case signedIn
    /// Whoever has all of these permissions.
    case needs([Need])

    static func needs(_ action: Action, on target: Need.Target) -> Access { .needs([Need(action, on: target)]) }

    var needs: [Need] {
        if case .needs(let needs) = self { needs } else { [] }
    }
}

/// A permission that an operation asks for, its resource still to be read from the request.
struct Need: Sendable {
    /// Where the resource is named.
    enum Target: Sendable {
        case all
        case repository
        /// By the name of the path parameter.
        case branch(String)
        case tag(String)
        /// By the name of the query parameter.
        case object(String)
        /// By the names of path parameters.
        case user(String)
        case group(String)
        case policy(String)
        /// By the name of the query parameter.
        case externalPrincipal(String)
        /// Named in the body or checked row by row: the handler asks.
        case byHandler
    }

    let action: Action
    let target: Target

    init(_ action: Action, on target: Target) {
        self.action = action
        self.target = target
    }
}

extension Need {
    /// The permission for one call; nil where the handler asks.
    ///
    /// A name that breaks its rule is asked for as the repository it would be in: it is refused later, behind the look-up of
    /// the repository.
    ///
    /// - Throws: `InvalidName` for the repository's name.
    func permission(_ call: Call) throws(InvalidName) -> Permission? {
        let resource: Resource
        switch target {
        case .all: resource = .all
        case .byHandler: return nil
        case .repository: resource = .repository(try call.repository)
        case .branch(let name):
            let repository = try call.repository
            resource = (try? call.branch(name)).map { .branch(repository, $0) } ?? .repository(repository)
        case .tag(let name):
            let repository = try call.repository
            resource = (try? call.tag(name)).map { .tag(repository, $0) } ?? .repository(repository)
        case .object(let name):
            let repository = try call.repository
            resource = (try? call.objectKey(name)).map { .object(repository, $0) } ?? .repository(repository)
        case .user(let name): resource = .user(call.pathValue(name))
        case .group(let name): resource = .group(call.pathValue(name))
        case .policy(let name): resource = .policy(call.pathValue(name))
        case .externalPrincipal(let name): resource = .externalPrincipal(call.text(name))
        }
        return Permission(action, on: resource)
    }
}
