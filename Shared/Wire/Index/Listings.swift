package import Domain
package import JSONCodec

/// One row of a listing: an object, or a folded common prefix.
///
/// As JSON an array, for there are a thousand in a message: `[path]` for a prefix, `[path, size, checksum, address, modified]` for
/// an object of which there is no more to tell, else with whether the address is a full URI, the content type, user metadata and
/// attributes behind it.
package struct ListRow: Sendable, Hashable {
    /// The object's key or the common prefix, as UTF-8 bytes.
    package var path: [UInt8]
    /// Nil for a common prefix.
    package var entry: Entry?

    package init(path: [UInt8], entry: Entry?) {
        self.path = path
        self.entry = entry
    }

    package func write(json writer: inout JSONWriter) {
        writer.array { writer in
            writer.value(utf8: path)
            guard let entry else { return }
            writer.value(entry.size)
            writer.value(entry.checksum)
            writer.value(entry.address.text)
            writer.value(entry.modified)
            guard !entry.isPlain else { return }
            writer.value(entry.address.isFull)
            writer.value(entry.contentType)
            writer.value(entry.userMetadata)
            writer.value(entry.attributes)
        }
    }
}

extension Entry {
    /// Whether all that is to be told besides size, checksum, address and time is as usual.
    var isPlain: Bool {
        !address.isFull && contentType == Entry.defaultContentType && userMetadata.isEmpty && attributes.isEmpty
    }
}

extension PhysicalAddress {
    var text: String {
        switch self {
        case .relative(let path): path
        case .full(let uri): uri
        }
    }

    var isFull: Bool { if case .full = self { true } else { false } }
}

/// Answer of `ListObjects`.
package struct ObjectListing: JSONMessage, Hashable {
    package var storageNamespace: StorageNamespace
    /// By bytes of the path, common prefixes among the objects.
    package var rows: ListRows
    package var hasMore: Bool

    package init(storageNamespace: StorageNamespace, rows: [ListRow], hasMore: Bool) {
        self.init(storageNamespace, ListRows(rows), hasMore: hasMore)
    }

    private init(_ storageNamespace: StorageNamespace, _ rows: ListRows, hasMore: Bool) {
        self.storageNamespace = storageNamespace
        self.rows = rows
        self.hasMore = hasMore
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        var namespace: StorageNamespace?
        var rows = ListRows()
        var hasMore = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "namespace": namespace = try reader.name(StorageNamespace.init)
            case "rows": rows = try ListRows(json: &reader)
            case "hasMore": hasMore = try reader.bool()
            default: try reader.skipValue()
            }
        }
        guard let namespace else { throw reader.error("listing is incomplete") }
        self.init(namespace, rows, hasMore: hasMore)
    }

    package func write(json writer: inout JSONWriter) {
        Self.begin(&writer, storageNamespace)
        for row in rows { row.write(json: &writer) }
        Self.end(&writer, hasMore: hasMore)
    }

    /// Begins a listing, whose rows the caller writes, and then `end`.
    package static func begin(_ writer: inout JSONWriter, _ namespace: StorageNamespace) {
        writer.beginObject()
        writer.key("namespace")
        writer.value(namespace.string)
        writer.key("rows")
        writer.beginArray()
    }

    package static func end(_ writer: inout JSONWriter, hasMore: Bool) {
        writer.endArray()
        writer.key("hasMore")
        writer.value(hasMore)
        writer.endObject()
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
