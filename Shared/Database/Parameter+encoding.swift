extension Parameter {
    /// The greatest size of the parameters of one statement, in bytes (Postgres refuses a field of 1 GiB).
    static let maxStatementBytes = 256 << 20
    /// The greatest number of parameters of one statement (a 16-bit count in the protocol).
    static let maxCount = 65_535

    /// The bytes the value takes when encoded, a text's NUL included.
    var encodedBytes: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .int32: 4
        case .int64, .double, .timestamp: 8
        case .uuid: UUIDBytes.byteCount
        case .text(let value): value.utf8.count + 1
        case .bytes(let value): value.count
        case .bools(let values): Self.arrayHeaderBytes + values.count * 5
        case .int32s(let values): Self.arrayHeaderBytes + values.count * 8
        case .int64s(let values): Self.arrayHeaderBytes + values.count * 12
        case .timestamps(let values): Self.arrayHeaderBytes + values.count * 12
        case .uuids(let values): Self.arrayHeaderBytes + values.count * 20
        case .texts(let values): values.reduce(Self.arrayHeaderBytes) { $0 + 4 + ($1?.utf8.count ?? 0) }
        case .byteArrays(let values): values.reduce(Self.arrayHeaderBytes) { $0 + 4 + ($1?.count ?? 0) }
        }
    }

    private static let arrayHeaderBytes = 20

    /// What forbids sending the value, or nil.
    var defect: String? {
        switch self {
        case .text(let value):
            value.utf8.contains(0) ? "a text may not hold a NUL character" : nil
        case .texts(let values):
            values.contains { $0?.utf8.contains(0) ?? false } ? "a text may not hold a NUL character" : nil
        case .timestamp(let milliseconds):
            Timestamp.microseconds(milliseconds) == nil ? "a timestamp is out of range" : nil
        case .timestamps(let milliseconds):
            milliseconds.contains { Timestamp.microseconds($0) == nil } ? "a timestamp is out of range" : nil
        default: nil
        }
    }

    var isNull: Bool { if case .null = self { true } else { false } }

    /// Whether the value travels in text form: format 0 of the protocol.
    var isText: Bool { if case .text = self { true } else { false } }

    func encode(to writer: inout ByteWriter) {
        switch self {
        case .null: break
        case .bool(let value): writer.byte(value ? 1 : 0)
        case .int32(let value): writer.integer(value)
        case .int64(let value): writer.integer(value)
        case .double(let value): writer.integer(value.bitPattern)
        case .timestamp(let milliseconds): writer.timestamp(milliseconds)
        case .uuid(let value): writer.uuid(value)
        case .bytes(let value): writer.bytes(value)
        case .text(let value):
            writer.text(value)
            writer.byte(0)
        case .bools(let values): writer.array(values, of: .bool, size: { _ in 1 }) { $0.byte($1 ? 1 : 0) }
        case .int32s(let values): writer.array(values, of: .int4, size: { _ in 4 }) { $0.integer($1) }
        case .int64s(let values): writer.array(values, of: .int8, size: { _ in 8 }) { $0.integer($1) }
        case .timestamps(let values): writer.array(values, of: .timestamptz, size: { _ in 8 }) { $0.timestamp($1) }
        case .uuids(let values): writer.array(values, of: .uuid, size: { _ in 16 }) { $0.uuid($1) }
        case .texts(let values):
            writer.array(values, of: .text, size: { $0?.utf8.count }) { if let text = $1 { $0.text(text) } }
        case .byteArrays(let values):
            writer.array(values, of: .bytea, size: { $0?.count }) { if let bytes = $1 { $0.bytes(bytes) } }
        }
    }
}
