internal import CPostgres

/// What a statement answered: its rows, and how many it touched.
///
/// Values are read straight from libpq's memory, which lives as long as any `Rows` or `Row` of the answer.
package struct Rows: Sendable {
    private let storage: ResultStorage?
    package let count: Int
    /// The rows inserted, updated, deleted or selected.
    package let affected: Int

    /// The answer of a statement that returns no rows.
    init(affected: Int) {
        storage = nil
        count = 0
        self.affected = affected
    }

    /// Takes over a result that the connection is done with.
    init(adopting result: OpaquePointer) {
        affected = Self.affected(result)
        guard PQresultStatus(result) == PGRES_TUPLES_OK else {
            PQclear(result)
            storage = nil
            count = 0
            return
        }
        count = Int(PQntuples(result))
        storage = ResultStorage(result)
    }

    /// The digits of libpq's count, which is empty for commands that count nothing.
    private static func affected(_ result: OpaquePointer) -> Int {
        guard var digit = PQcmdTuples(result) else { return 0 }
        var count = 0
        while digit.pointee >= 48, digit.pointee <= 57 {
            count = count &* 10 &+ Int(digit.pointee - 48)
            digit += 1
        }
        return count
    }
}

extension Rows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        // There is a row, so there is a result that holds it.
        guard let storage else { preconditionFailure("row without a result") }
        return Row(storage: storage, index: Int32(truncatingIfNeeded: index))
    }
}

/// A result of libpq, freed with its last reader.
///
/// Unchecked: the result is complete and never changed, and libpq's readers of such a result keep no state.
final class ResultStorage: @unchecked Sendable {
    let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }
}
