package import Domain
package import JSONCodec

/// One row of a listing: an object, or a folded common prefix.
package struct ListRow: Sendable, Hashable {
    /// The object's key or the common prefix, as UTF-8 bytes.
    package var path: [UInt8]
    /// Nil for a common prefix.
    package var entry: Entry?

    package init(path: [UInt8], entry: Entry?) {
        self.path = path
        self.entry = entry
    }
}

/// Answer of `ListObjects`.
///
/// As bytes: 1 where more follows, else 0; the namespace's length (4 bytes) and text; the rows as `ListRows` has them.
package struct ObjectListing: WireMessage, Equatable {
    package var storageNamespace: StorageNamespace
    /// By bytes of the path, common prefixes among the objects.
    package var rows: ListRows
    package var hasMore: Bool

    package init(storageNamespace: StorageNamespace, rows: [ListRow], hasMore: Bool) {
        self.init(storageNamespace: storageNamespace, rows: ListRows(rows), hasMore: hasMore)
    }

    package init(storageNamespace: StorageNamespace, rows: ListRows, hasMore: Bool) {
        self.storageNamespace = storageNamespace
        self.rows = rows
        self.hasMore = hasMore
    }

    package init(wireBytes bytes: [UInt8]) throws(JSONError) {
        var reader = PackedReader(bytes)
        let flag = try reader.byte()
        guard flag < 2 else { throw reader.error("a flag that is none") }
        let range = try reader.range(try reader.count())
        let namespace: StorageNamespace
        do { namespace = try StorageNamespace(String(decoding: bytes[range], as: UTF8.self)) } catch {
            throw reader.error("the namespace is none")
        }
        self.init(storageNamespace: namespace, rows: try ListRows(&reader), hasMore: flag == 1)
    }

    package func wireBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        let namespace = storageNamespace.string.utf8
        bytes.reserveCapacity(5 + namespace.count + rows.packed.count)
        bytes.append(hasMore ? 1 : 0)
        bytes.append(packed: UInt32(namespace.count))
        bytes.append(contentsOf: namespace)
        bytes.append(contentsOf: rows.packed)
        return bytes
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
        /// Whether rows tell where objects' bytes are, which S3's lists do not.
        package var withAddresses: Bool

        package init(
            repository: RepositoryName, reference: RefExpression, range: ListRange, delimiter: String = "",
            withAddresses: Bool = true
        ) {
            self.repository = repository
            self.reference = reference
            self.range = range
            self.delimiter = delimiter
            self.withAddresses = withAddresses
        }
    }
}
