import JSONCodec
import Wire

/// How far clean-up has come in a repository.
struct CleanUpProgress: JSONMessage, Codable, Hashable {
    /// The last hour folder whose addresses were compared with the references a first time; later runs begin behind it.
    var markedThrough: String?
    /// How many objects were ever removed.
    var removed: Int64 = 0

    init() {}

    /// A record that cannot be read, such as that of an older version, begins anew: marking again does no harm.
    init(recorded text: String) { self = (try? CleanUpProgress(jsonBytes: Array(text.utf8))) ?? CleanUpProgress() }

    func text() throws(JSONError) -> String { String(decoding: try jsonBytes(), as: UTF8.self) }
}
