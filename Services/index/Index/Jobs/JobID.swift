import Database
import Wire

/// The id of a job, as workers name it: its repository's number and its own id.
struct JobID: Hashable {
    let repository: Int64
    let id: UUIDBytes

    init(_ repository: Int64, _ id: UUIDBytes) {
        self.repository = repository
        self.id = id
    }

    /// Nil for anything but `repository-id`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let repository = Int64(parts[0]), let id = OperationID(parts[1]) else { return nil }
        self.init(repository, id.uuid)
    }

    var string: String { "\(repository)-\(OperationID(id))" }

    /// The key of its row.
    var parameters: [Parameter] { [.int64(repository), .uuid(id)] }
}
