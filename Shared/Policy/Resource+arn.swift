import Domain

extension Resource {
    /// A resource as its ARN says it; an object's path that ends in `*` means every object that begins so.
    ///
    /// - Throws: `InvalidPolicy` for what is the name of nothing that a request can be about.
    package init(arn text: String) throws(InvalidPolicy) {
        guard text != "*" else {
            self = .all
            return
        }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1] == "lakefs", parts[4].isEmpty,
            let made = Self.make(service: parts[2], String(parts[5]))
        else {
            throw InvalidPolicy(
                "'\(text.prefix(200))' is no resource, such as arn:lakefs:fs:::repository/lake/object/logs/*")
        }
        self = made
    }

    private static func make(service: Substring, _ path: String) -> Resource? {
        let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        let rest = String(parts[1])
        switch (service, parts[0]) {
        case ("fs", "repository"): return below(rest)
        case ("fs", "namespace"): return .stored(rest)
        case ("auth", "user"): return .user(rest)
        case ("auth", "group"): return .group(rest)
        case ("auth", "policy"): return .policy(rest)
        case ("auth", "externalPrincipal"): return .externalPrincipal(rest)
        default: return nil
        }
    }

    private static func below(_ path: String) -> Resource? {
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let repository = try? RepositoryName(String(parts[0])) else { return nil }
        if parts.count == 1 { return .repository(repository) }
        guard parts.count == 3 else { return nil }
        let name = String(parts[2])
        switch parts[1] {
        case "object" where name.hasSuffix("*"): return .objects(repository, prefix: Array(name.utf8.dropLast()))
        case "object": return (try? ObjectKey(name)).map { .object(repository, $0) }
        case "branch": return (try? BranchName(name)).map { .branch(repository, $0) }
        case "tag": return (try? TagName(name)).map { .tag(repository, $0) }
        default: return nil
        }
    }
}
