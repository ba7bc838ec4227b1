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
        /// At least one, the rows being asked for one by one.
        case some
        case repository
        /// By the name of the path parameter.
        case branch(String)
        case tag(String)
        /// By the name of the query parameter.
        case object(String)
        /// Every object of the repository.
        case everyObject
        /// What a listing shows: the repository, or every object below the prefix that the query parameter names.
        case listing(String)
        /// As `listing`, for each value of the query parameter; for everything where there is none.
        case listings(String)
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
    /// What the action is asked for on, in one call; nothing where the handler asks.
    ///
    /// A name that breaks its rule is asked for as the repository it would be in: it is refused later, behind the look-up of
    /// the repository.
    ///
    /// - Throws: `InvalidName` for the repository's name.
    func resources(_ call: Call) throws(InvalidName) -> [Resource] {
        switch target {
        case .byHandler: return []
        case .all: return [.all]
        case .some: return [.some]
        case .user(let name): return [.user(call.pathValue(name))]
        case .group(let name): return [.group(call.pathValue(name))]
        case .policy(let name): return [.policy(call.pathValue(name))]
        case .externalPrincipal(let name): return [.externalPrincipal(call.text(name))]
        default: break
        }
        let repository = try call.repository
        switch target {
        case .branch(let name):
            return [(try? call.branch(name)).map { .branch(repository, $0) } ?? .repository(repository)]
        case .tag(let name): return [(try? call.tag(name)).map { .tag(repository, $0) } ?? .repository(repository)]
        case .object(let name):
            return [(try? call.objectKey(name)).map { .object(repository, $0) } ?? .repository(repository)]
        case .everyObject: return [.objects(repository, prefix: [])]
        case .listing(let name): return [.listing(repository, prefix: Array(call.text(name).utf8))]
        case .listings(let name):
            let prefixes = call.target.values(name)
            return (prefixes.isEmpty ? [""] : prefixes).map { .listing(repository, prefix: Array($0.utf8)) }
        default: return [.repository(repository)]
        }
    }
}
