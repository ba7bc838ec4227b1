package import Domain
package import JSONCodec

/// One row of a listing: an object, or a folded common prefix.
package struct ListRow: JSONMessage, Hashable {
    /// The object's key or the common prefix, as UTF-8 bytes.
    package var path: [UInt8]
    /// Nil for a common prefix.
    package var entry: Entry?

    package init(path: [UInt8], entry: Entry?) {
        self.path = path
        self.entry = entry
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var path: [UInt8]?
        var entry: Entry?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "path": path = try reader.utf8String()
            case "entry": entry = try Entry(json: &reader)
            default: try reader.skipValue()
            }
        }
        guard let path else { throw reader.error("row is incomplete") }
        self.init(path: path, entry: entry)
    }

    package func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("path")
            writer.value(utf8: path)
            if let entry {
                writer.key("entry")
                entry.write(json: &writer)
            }
        }
    }
}

/// Answer of `ListObjects`.
package struct ObjectListing: JSONMessage, Hashable {
    package var storageNamespace: StorageNamespace
    /// By bytes of the path, common prefixes among the objects.
    package var rows: [ListRow]
    package var hasMore: Bool

    package init(storageNamespace: StorageNamespace, rows: [ListRow], hasMore: Bool) {
        self.storageNamespace = storageNamespace
        self.rows = rows
        self.hasMore = hasMore
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var namespace: StorageNamespace?
        var rows: [ListRow] = []
        var hasMore = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "namespace": namespace = try reader.name(StorageNamespace.init)
            case "rows":
                try reader.beginArray()
                while try reader.nextElement() { rows.append(try ListRow(json: &reader)) }
            case "hasMore": hasMore = try reader.bool()
            default: try reader.skipValue()
            }
        }
        guard let namespace else { throw reader.error("listing is incomplete") }
        self.init(storageNamespace: namespace, rows: rows, hasMore: hasMore)
    }

    package func write(json writer: inout JSONWriter) throws(JSONError) {
        writer.object { writer in
            writer.key("namespace")
            writer.value(storageNamespace.string)
            writer.key("rows")
            writer.array { writer in
                for row in rows { row.write(json: &writer) }
            }
            writer.key("hasMore")
            writer.value(hasMore)
        }
    }
}

/// A page of the objects of a reference. Errors: `notFound` (repository, reference), `invalidArgument`.
package enum ListObjects: RPCMethod {
    package typealias Response = ObjectListing

    package static let name = "index.listObjects"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var reference: RefExpression
        /// Only paths that begin with this text, behind `after`; a row ending in the delimiter continues behind its whole prefix.
        package var range: ListRange
        /// Any text; empty for none.
        package var delimiter: String

        package init(repository: RepositoryName, reference: RefExpression, range: ListRange, delimiter: String = "") {
            self.repository = repository
            self.reference = reference
            self.range = range
            self.delimiter = delimiter
        }
    }
}
