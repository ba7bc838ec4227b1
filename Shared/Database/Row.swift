internal import CPostgres

/// One row of an answer. Columns count from 0.
///
/// Every reader throws `DatabaseError.unexpectedColumn` for a NULL, a column that is not there, or one of another type;
/// those named `optional…` answer nil for a NULL.
package struct Row: Sendable {
    let storage: ResultStorage
    let index: Int32

    package func isNull(_ column: Int) throws(DatabaseError) -> Bool {
        try check(column)
        return PQgetisnull(storage.result, index, Int32(truncatingIfNeeded: column)) == 1
    }

    package func bool(_ column: Int) throws(DatabaseError) -> Bool {
        let value = try value(column, .bool)
        return value.first == 1
    }

    /// A `bigint`, `integer` or `smallint`.
    package func int64(_ column: Int) throws(DatabaseError) -> Int64 {
        let value = try value(column, .int8, .int4, .int2)
        return switch value.count {
        case 8: Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        default: Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        }
    }

    /// A `bigint`, `integer` or `smallint`.
    package func int(_ column: Int) throws(DatabaseError) -> Int { Int(try int64(column)) }

    /// An `integer` or `smallint`.
    package func int32(_ column: Int) throws(DatabaseError) -> Int32 {
        let value = try value(column, .int4, .int2)
        return value.count == 4
            ? Int32(bigEndian: value.loadUnaligned(as: Int32.self))
            : Int32(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
    }

    /// A `double precision`.
    package func double(_ column: Int) throws(DatabaseError) -> Double {
        Double(bitPattern: UInt64(bigEndian: try value(column, .float8).loadUnaligned(as: UInt64.self)))
    }

    /// A `text`, `varchar`, `char(n)`, `name`, `json` or `jsonb`.
    package func text(_ column: Int) throws(DatabaseError) -> String {
        String(decoding: try textBytes(column), as: UTF8.self)
    }

    package func bytes(_ column: Int) throws(DatabaseError) -> [UInt8] { Array(try value(column, .bytea)) }

    package func uuid(_ column: Int) throws(DatabaseError) -> UUIDBytes {
        let value = try value(column, .uuid)
        return UUIDBytes(
            high: UInt64(bigEndian: value.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// A `timestamptz` or `timestamp`, in whole milliseconds since 1970, rounded down.
    package func timestampMilliseconds(_ column: Int) throws(DatabaseError) -> Int64 {
        let value = try value(column, .timestamptz, .timestamp)
        return Timestamp.milliseconds(Int64(bigEndian: value.loadUnaligned(as: Int64.self)))
    }

    /// Reads a `bytea` without copying it. The buffer is valid only within the closure.
    package func withBytes<Value>(
        _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        try body(value(column, .bytea))
    }

    /// Reads the UTF-8 of what `text` reads without copying it. The buffer is valid only within the closure.
    package func withText<Value>(
        _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        try body(textBytes(column))
    }

    private func textBytes(_ column: Int) throws(DatabaseError) -> UnsafeRawBufferPointer {
        let value = try value(column, .text, .varchar, .bpchar, .name, .json, .jsonb, .unknown)
        // The binary form of jsonb is a version byte and the text.
        guard PQftype(storage.result, Int32(truncatingIfNeeded: column)) == ColumnType.jsonb.rawValue else {
            return value
        }
        return UnsafeRawBufferPointer(rebasing: value.dropFirst())
    }
}

extension Row {
    func check(_ column: Int) throws(DatabaseError) {
        guard column >= 0, column < Int(PQnfields(storage.result)) else {
            throw .unexpectedColumn("there is no column \(column)")
        }
    }

    /// The bytes of a value that is not NULL and of one of the types given. Types of a fixed size have that size.
    func value(_ column: Int, _ types: ColumnType...) throws(DatabaseError) -> UnsafeRawBufferPointer {
        try value(column, oneOf: types)
    }

    func value(
        _ column: Int, oneOf types: [ColumnType]
    ) throws(DatabaseError) -> UnsafeRawBufferPointer {
        try check(column)
        let position = Int32(truncatingIfNeeded: column)
        let found = PQftype(storage.result, position)
        guard let type = types.first(where: { $0.rawValue == found }) else {
            throw .unexpectedColumn("column \(column) is of type \(found), not \(types)")
        }
        guard PQgetisnull(storage.result, index, position) == 0 else {
            throw .unexpectedColumn("column \(column) is NULL")
        }
        let length = Int(PQgetlength(storage.result, index, position))
        guard PQfformat(storage.result, position) == 1, type.size == nil || type.size == length else {
            throw .unexpectedColumn("column \(column) is not in binary form")
        }
        return UnsafeRawBufferPointer(start: PQgetvalue(storage.result, index, position), count: length)
    }
}
