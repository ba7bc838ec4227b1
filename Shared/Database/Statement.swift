import Glibc
import Synchronization

/// One SQL statement, prepared on its first use on each connection.
///
/// Make each one once, as a `static let`: a connection remembers every statement it has prepared for as long as it lives.
/// Parameters are `$1` … ; their types are the server's choice, so cast (`$1::int8`) where the text leaves it open.
/// Name the columns of a result (no `SELECT *`), and cast `numeric` and the like to a type that `Row` reads.
package final class Statement: Sendable {
    package enum Kind: Sendable {
        /// Changes nothing; may run twice when a connection is lost.
        case read
        case write
    }

    package let kind: Kind
    package let sql: String

    /// A small number of this process, the index of the statement in each connection's memory of what it prepared.
    let number: Int
    let name: CText
    let text: CText

    private static let count = Atomic<Int>(0)

    package init(_ kind: Kind, _ sql: String) {
        self.kind = kind
        self.sql = sql
        number = Self.count.wrappingAdd(1, ordering: .relaxed).oldValue
        name = CText("s\(number)")
        text = CText(sql)
    }

    package static func read(_ sql: String) -> Statement { Statement(.read, sql) }
    package static func write(_ sql: String) -> Statement { Statement(.write, sql) }
}

/// An immutable, NUL-terminated copy of a string.
final class CText: @unchecked Sendable {
    let pointer: UnsafePointer<CChar>
    private let memory: UnsafeMutablePointer<CChar>

    init(_ string: String) {
        let utf8 = string.utf8CString
        memory = .allocate(capacity: utf8.count)
        for (index, byte) in utf8.enumerated() { (memory + index).initialize(to: byte) }
        pointer = UnsafePointer(memory)
    }

    deinit { memory.deallocate() }
}
