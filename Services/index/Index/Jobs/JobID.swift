import Wire

/// The id of a job: its kind and its repository, of which there is one each.
struct JobID: Hashable {
    let kind: JobKind
    let repository: Int64

    init(_ kind: JobKind, _ repository: Int64) {
        self.kind = kind
        self.repository = repository
    }

    /// Nil for anything but `kind-repository`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = JobKind(rawValue: String(parts[0])), let repository = Int64(parts[1]) else {
            return nil
        }
        self.init(kind, repository)
    }

    var string: String { "\(kind.rawValue)-\(repository)" }
}
