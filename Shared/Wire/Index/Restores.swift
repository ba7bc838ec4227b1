package import JSONCodec

/// Makes the place that a restore fills, unseen by anybody until `FinishRestore`. Errors: `conflict` (lease lost), `notFound`.
package enum BeginRestore: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.beginRestore"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var repository: DumpedRepository

        package init(jobID: String, fencing: Int64, repository: DumpedRepository) {
            self.jobID = jobID
            self.fencing = fencing
            self.repository = repository
        }
    }
}

/// Adds rows: commits first, then, when those and their trees are whole, branches and tags.
/// Errors: `conflict` (lease lost), `notFound`, `invalidArgument` where a row is not what it says.
package enum PutDumped: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.putDumped"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: JSONMessage, Hashable {
        package var jobID: String
        package var fencing: Int64
        package var kind: DumpedKind
        /// At most 1,000.
        package var rows: DumpedRows

        package init(jobID: String, fencing: Int64, kind: DumpedKind, rows: DumpedRows) {
            self.jobID = jobID
            self.fencing = fencing
            self.kind = kind
            self.rows = rows
        }

        package init(json reader: inout JSONReader) throws(JSONError) {
            var (jobID, fencing, kind, rows): (String?, Int64?, DumpedKind?, DumpedRows?)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "job": jobID = try reader.string()
                case "fencing": fencing = try reader.integer()
                case "kind": kind = DumpedKind(rawValue: try reader.string())
                case "rows": rows = try DumpedRows(json: &reader)
                default: try reader.skipValue()
                }
            }
            guard let jobID, let fencing, let kind, let rows else { throw reader.error("request is incomplete") }
            self.init(jobID: jobID, fencing: fencing, kind: kind, rows: rows)
        }

        package func write(json writer: inout JSONWriter) {
            writer.object { writer in
                writer.key("job")
                writer.value(jobID)
                writer.key("fencing")
                writer.value(fencing)
                writer.key("kind")
                writer.value(kind.rawValue)
                writer.key("rows")
                rows.write(json: &writer)
            }
        }
    }
}

/// What a restore still lacks.
package struct MissingNodes: CodableMessage {
    /// Hexadecimal, at most 1,000; where there are any, they are to be put, and the same is to be asked again.
    package var missing: [String]
    /// The last commit whose tree is whole, as those of all before it.
    package var after: String
    package var isDone: Bool

    package init(missing: [String], after: String, isDone: Bool) {
        self.missing = missing
        self.after = after
        self.isDone = isDone
    }
}

/// Goes over restored commits and their trees. Errors: `conflict` (lease lost), `notFound`, `corrupted`, `invalidArgument` where
/// a commit does not follow from its parents.
package enum CheckRestored: RPCMethod {
    package typealias Response = MissingNodes

    package static let name = "index.checkRestored"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        package var after: String

        package init(jobID: String, fencing: Int64, after: String) {
            self.jobID = jobID
            self.fencing = fencing
            self.after = after
        }
    }
}

/// Adds nodes. Errors: `conflict` (lease lost), `notFound`, `corrupted`, `invalidArgument`.
package enum PutNodes: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.putNodes"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64
        /// Each in Base64; at most 32.
        package var nodes: [String]
        package var allowsForeignObjects: Bool

        package init(jobID: String, fencing: Int64, nodes: [String], allowsForeignObjects: Bool) {
            self.jobID = jobID
            self.fencing = fencing
            self.nodes = nodes
            self.allowsForeignObjects = allowsForeignObjects
        }
    }
}

/// Puts what was restored in the bare repository's place, all at once, and ends the job.
/// Errors: `conflict` (lease lost), `notFound`, `invalidArgument` (not bare any more).
package enum FinishRestore: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.finishRestore"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64

        package init(jobID: String, fencing: Int64) {
            self.jobID = jobID
            self.fencing = fencing
        }
    }
}
