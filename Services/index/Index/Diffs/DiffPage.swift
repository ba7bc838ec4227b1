import Domain
import VersionTree
import Wire

/// One page of a diff.
struct DiffPage {
    let prefix: [UInt8]
    let delimiter: [UInt8]
    let amount: Int
    let includesRight: Bool
    /// The first key to look at.
    let start: [UInt8]

    /// - Throws: `invalidArgument` for an amount outside 1 to 1,000.
    init(_ range: ListRange, delimiter: String, includesRight: Bool = false) throws {
        prefix = Array(range.prefix.utf8)
        self.delimiter = Array(delimiter.utf8)
        amount = try NameRange.check(range.amount)
        self.includesRight = includesRight
        let after = Array(range.after.utf8)
        // Behind a folded row begins what has another prefix.
        let isFolded = !after.isEmpty && Self.commonPrefix(after, prefix, self.delimiter) == after
        let next = isFolded ? NameRange.end(ofPrefix: after) : after + [0]
        start = after.isEmpty || next.lexicographicallyPrecedes(prefix) ? prefix : next
    }

    func rows(of changes: any ChangeSource) async throws -> Listed<Wire.DiffRow> {
        var rows: [Wire.DiffRow] = []
        while rows.count <= amount, let change = try await changes.next() {
            guard change.key.starts(with: prefix) else {
                if prefix.lexicographicallyPrecedes(change.key) { break }
                continue
            }
            if let folded = Self.commonPrefix(change.key, prefix, delimiter) {
                rows.append(
                    DiffRow(kind: .prefixChanged, path: String(decoding: folded, as: UTF8.self), isPrefix: true))
                try await changes.seek(to: NameRange.end(ofPrefix: folded))
            } else {
                rows.append(try row(change))
            }
        }
        let hasMore = rows.count > amount
        return Listed(results: hasMore ? Array(rows.prefix(amount)) : rows, hasMore: hasMore)
    }

    private func row(_ change: Change) throws -> Wire.DiffRow {
        let kind: ChangeKind =
            change.isConflict ? .conflict : change.left == nil ? .added : change.right == nil ? .removed : .changed
        return DiffRow(
            kind: kind, path: String(decoding: change.key, as: UTF8.self),
            size: try (change.right ?? change.left)?.size,
            right: includesRight ? try change.right?.decode() : nil)
    }

    /// What a key is folded into: up to and with the first delimiter behind the prefix; nil where there is none.
    private static func commonPrefix(_ key: [UInt8], _ prefix: [UInt8], _ delimiter: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count, key.starts(with: prefix) else {
            return nil
        }
        for place in prefix.count...(key.count - delimiter.count) where key[place...].starts(with: delimiter) {
            return Array(key[..<(place + delimiter.count)])
        }
        return nil
    }
}
