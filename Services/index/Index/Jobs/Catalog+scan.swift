import Cryptography
import Database
import VersionTree
package import Wire

/// Every address that a repository refers to.
///
/// An address goes from upload to staged row to tree node, never back, so what is read in this order misses none that
/// moves meanwhile.
extension Catalog {
    package func scanAddresses(
        _ request: ScanAddresses.Request, _ context: CallContext
    ) async throws -> ScannedAddresses {
        let deadline = deadline(context)
        let hours = HourRange(first: request.firstHour, last: request.lastHour)
        let place: ScanPlace
        if let cursor = request.cursor {
            guard let parsed = ScanPlace(cursor) else { throw RPCError.invalid("cursor", "the cursor is malformed") }
            place = parsed
        } else {
            place = .uploads(after: [])
        }
        var addresses: Set<String> = []
        let next: ScanPlace?
        switch place {
        case .uploads(let after):
            let rows = try await database.read(
                Self.selectUploads,
                [.int64(request.repositoryID), .uuid(UUIDBytes(after) ?? Self.zero), .int64(Int64(Self.rowsPerPage))],
                deadline: deadline)
            for row in rows { hours.insert(try row.text(1), into: &addresses) }
            next =
                rows.count == Self.rowsPerPage
                ? .uploads(after: try rows[rows.count - 1].uuid(0).bytes) : .staged(after: [])
        case .staged(let after):
            let token = UUIDBytes(after.prefix(16)) ?? Self.zero
            let rows = try await database.exclusive(
                Self.selectStaged,
                [
                    .int64(request.repositoryID), .uuid(token), .bytes(Array(after.dropFirst(16))),
                    .int64(Int64(Self.rowsPerPage)),
                ], deadline: deadline)
            for row in rows {
                if let entry = try row.optionalBytes(2) { try hours.insert(EntryView(entry), into: &addresses) }
            }
            next =
                rows.count == Self.rowsPerPage
                ? .staged(after: try rows[rows.count - 1].uuid(0).bytes + rows[rows.count - 1].bytes(1))
                : .nodes(after: [])
        case .nodes(let after):
            let rows = try await database.exclusive(
                Self.selectNodes, [.int64(request.repositoryID), .bytes(after), .int64(Int64(Self.nodesPerPage))],
                deadline: deadline)
            for row in rows {
                let node = try Node(try row.bytes(1), named: try row.digest(0))
                guard node.isLeaf else { continue }
                try node.forEachEntry { _, entry in try hours.insert(entry, into: &addresses) }
            }
            next = rows.count == Self.nodesPerPage ? .nodes(after: try rows[rows.count - 1].bytes(0)) : nil
        }
        // Of a deleted repository the upkeep may have removed some of what was to be read; its bytes stay, for a dump may name them.
        let live = try await database.read(Self.findRepository, [.int64(request.repositoryID)], deadline: deadline)
        guard !live.isEmpty else { throw RPCError.repositoryNotFound }
        return ScannedAddresses(addresses: Array(addresses), cursor: next?.cursor)
    }

    private static let rowsPerPage = 10_000
    private static let nodesPerPage = 64
    private static let zero = UUIDBytes(high: 0, low: 0)

    private static let findRepository = Statement.read(
        "SELECT 1 FROM repository WHERE id = $1 AND name IS NOT NULL")

    private static let selectUploads = Statement.read(
        """
        SELECT u.id, u.address FROM upload u
        WHERE u.repository = $1 AND u.id > $2 AND u.state IN (1, 2) ORDER BY u.id LIMIT $3
        """)

    private static let selectStaged = Statement.write(
        """
        SELECT s.token, s.key, s.entry FROM staged s
        WHERE s.repository = $1 AND (s.token, s.key) > ($2::uuid, $3::bytea) ORDER BY s.token, s.key LIMIT $4
        """)

    private static let selectNodes = Statement.write(
        "SELECT n.hash, n.bytes FROM node n WHERE n.repository = $1 AND n.hash > $2 ORDER BY n.hash LIMIT $3")
}

/// How far a scan has come.
private enum ScanPlace {
    case uploads(after: [UInt8])
    case staged(after: [UInt8])
    case nodes(after: [UInt8])

    init?(_ cursor: String) {
        guard let kind = cursor.first, let bytes = Hex.decode(cursor.dropFirst()) else { return nil }
        switch kind {
        case "u": self = .uploads(after: bytes)
        case "s": self = .staged(after: bytes)
        case "n": self = .nodes(after: bytes)
        default: return nil
        }
    }

    var cursor: String {
        switch self {
        case .uploads(let after): "u" + Hex.encode(after)
        case .staged(let after): "s" + Hex.encode(after)
        case .nodes(let after): "n" + Hex.encode(after)
        }
    }
}

/// Addresses of some hours: `data/<hour>/…`.
private struct HourRange {
    private let first: [UInt8]
    /// Exclusive.
    private let end: [UInt8]

    init(first: String, last: String) {
        self.first = Array("data/\(first)/".utf8)
        end = NameRange.end(ofPrefix: Array("data/\(last)/".utf8))
    }

    func insert(_ address: String, into addresses: inout Set<String>) {
        if contains(address.utf8) { addresses.insert(address) }
    }

    func insert(_ entry: EntryView, into addresses: inout Set<String>) throws {
        guard case .relative(let path) = try entry.address, contains(path) else { return }
        addresses.insert(String(decoding: path, as: UTF8.self))
    }

    private func contains(_ path: some Sequence<UInt8>) -> Bool {
        !path.lexicographicallyPrecedes(first) && path.lexicographicallyPrecedes(end)
    }
}
