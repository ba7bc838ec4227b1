import Wire

extension DumpedKind {
    /// As the table `dumped` keeps it; of references also the kind of a row of `ref`.
    var number: Int64 {
        switch self {
        case .branches: RefKind.branch.rawValue
        case .tags: RefKind.tag.rawValue
        case .commits: 3
        }
    }
}
