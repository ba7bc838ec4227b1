import JSONCodec
import Wire

/// What each of the three ids of a dump names: the objects that hold its rows, in order, and of which repository they are.
struct DumpManifest: JSONMessage, Hashable {
    static let format: Int64 = 1
    /// Of one manifest: some 200 million commits.
    static let maxBytes = 16 << 20
    /// Of one part.
    static let maxPartBytes = 12 << 20

    let kind: DumpedKind
    let repository: DumpedRepository
    /// Ids of `DumpedRows`.
    var parts: [String] = []

    init(_ kind: DumpedKind, of repository: DumpedRepository) {
        self.kind = kind
        self.repository = repository
    }

    init(json reader: inout JSONReader) throws(JSONError) {
        var (format, kind, branch, salt): (Int64?, DumpedKind?, String?, String?)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "tarn_dump": format = try reader.integer()
            case "kind": kind = DumpedKind(rawValue: try reader.string())
            case "default_branch": branch = try reader.string()
            case "salt": salt = try reader.string()
            case "parts":
                try reader.beginArray()
                while try reader.nextElement() { parts.append(try reader.string()) }
            default: try reader.skipValue()
            }
        }
        guard format == Self.format, let kind, let branch, let salt else { throw reader.error("is no dump") }
        self.kind = kind
        repository = DumpedRepository(defaultBranch: branch, salt: salt)
    }

    func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("tarn_dump")
            writer.value(Self.format)
            writer.key("kind")
            writer.value(kind.rawValue)
            writer.key("default_branch")
            writer.value(repository.defaultBranch)
            writer.key("salt")
            writer.value(repository.salt)
            writer.key("parts")
            writer.array { writer in for part in parts { writer.value(part) } }
        }
    }
}
