/// One SQL statement that serves many callers at once.
///
/// Its first parameters are the same for all that it serves; each of the others is an array with one element a caller, so the
/// statement takes them by `unnest`. Column 0 of a row tells whose it is. Callers that ask while a batch is under way, with
/// the same common parameters, are served by one execution in the next: what a statement costs apart from its rows is paid once.
package final class GatheredStatement: Sendable {
    /// What column 0 of a row holds.
    package enum RowOwner: Sendable {
        /// The caller's position in the arrays, from 1, as `WITH ORDINALITY` counts.
        case position
        /// The caller's first own parameter, a `uuid`.
        case uuid
        /// Nothing: every row is for every caller. For statements without own parameters.
        case everybody
    }

    let statement: Statement
    let owner: RowOwner

    private init(_ statement: Statement, _ owner: RowOwner) {
        self.statement = statement
        self.owner = owner
    }

    package static func read(_ owner: RowOwner, _ sql: String) -> GatheredStatement {
        GatheredStatement(.read(sql), owner)
    }

    package static func write(_ owner: RowOwner, _ sql: String) -> GatheredStatement {
        GatheredStatement(.write(sql), owner)
    }
}

extension GatheredStatement {
    package var sql: String { statement.sql }

    /// The statement as part of a transaction, for one.
    package func call(_ common: [Parameter], _ own: [Parameter] = []) -> Call {
        call(common, columns: own.map { .column([$0]) })
    }

    /// The statement as part of a transaction, for many.
    /// - Parameter columns: arrays of one length.
    package func call(_ common: [Parameter], columns: [Parameter]) -> Call { Call(statement, common + columns) }
}

extension Parameter {
    /// An array of the values, which are all of one type; only bytes may be NULL.
    static func column(_ values: [Parameter]) -> Parameter {
        switch values.first {
        case .uuid:
            .uuids(values.compactMap { if case .uuid(let value) = $0 { value } else { nil } })
        case .int64:
            .int64s(values.compactMap { if case .int64(let value) = $0 { value } else { nil } })
        default:
            .byteArrays(values.map { if case .bytes(let value) = $0 { value } else { nil } })
        }
    }

    /// What forbids gathering the value, or nil.
    var gatheringDefect: String? {
        switch self {
        case .null, .bytes, .uuid, .int64: nil
        default: "only bytes, uuids and bigints can be gathered"
        }
    }
}
