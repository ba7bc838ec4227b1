extension Row {
    /// A `bigint[]` without NULLs.
    package func int64s(_ column: Int) throws(DatabaseError) -> [Int64] {
        try elements(column, .int8Array) { Int64(bigEndian: $0.loadUnaligned(as: Int64.self)) }
    }

    /// An `integer[]` without NULLs.
    package func int32s(_ column: Int) throws(DatabaseError) -> [Int32] {
        try elements(column, .int4Array) { Int32(bigEndian: $0.loadUnaligned(as: Int32.self)) }
    }

    /// A `text[]` or `varchar[]` without NULLs.
    package func texts(_ column: Int) throws(DatabaseError) -> [String] {
        try elements(column, .textArray, .varcharArray) { String(decoding: $0, as: UTF8.self) }
    }

    /// A `bytea[]` without NULLs.
    package func byteArrays(_ column: Int) throws(DatabaseError) -> [[UInt8]] {
        try elements(column, .byteaArray) { Array($0) }
    }

    /// A `uuid[]` without NULLs.
    package func uuids(_ column: Int) throws(DatabaseError) -> [UUIDBytes] {
        try elements(column, .uuidArray) {
            UUIDBytes(
                high: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// The elements of an array of at most one dimension: a header of dimensions, a flag, the type of an element, length
    /// and lower bound, 32 bits each, then every element after its length (`array_send` of Postgres).
    private func elements<Element>(
        _ column: Int, _ types: ColumnType..., read: (UnsafeRawBufferPointer) -> Element
    ) throws(DatabaseError) -> [Element] {
        let value = try value(column, oneOf: types)
        let malformed = DatabaseError.unexpectedColumn(
            "column \(column) is not an array of one dimension without NULLs")
        guard value.count >= 12 else { throw malformed }
        func word(_ offset: Int) -> Int {
            Int(Int32(bigEndian: value.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        if word(0) == 0 { return [] }
        guard word(0) == 1, value.count >= 20,
            let elementType = ColumnType(rawValue: UInt32(truncatingIfNeeded: word(8)))
        else { throw malformed }
        let count = word(12)
        guard count >= 0, count <= value.count / 4 else { throw malformed }
        var offset = 20
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            guard offset + 4 <= value.count else { throw malformed }
            let length = word(offset)
            offset += 4
            guard length >= 0, length <= value.count - offset, elementType.size == nil || elementType.size == length
            else { throw malformed }
            elements.append(read(UnsafeRawBufferPointer(rebasing: value[offset..<offset + length])))
            offset += length
        }
        return elements
    }
}
