/// One value that goes with a statement.
///
/// Everything but `text` is sent in Postgres's binary form, so it must be of exactly the type the statement expects
/// (`int64` for `bigint`, `int32` for `integer`). `text` is sent as text and so fits any type: `jsonb`, an enum, `numeric`.
package enum Parameter: Sendable, Hashable {
    case null
    case bool(Bool)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    /// Must hold no NUL character.
    case text(String)
    case bytes([UInt8])
    case uuid(UUIDBytes)
    /// `timestamptz`, milliseconds since 1970.
    case timestamp(milliseconds: Int64)
    case int32s([Int32])
    case int64s([Int64])
    case bools([Bool])
    case texts([String?])
    case byteArrays([[UInt8]?])
    case uuids([UUIDBytes])
    /// `timestamptz[]`, milliseconds since 1970.
    case timestamps(milliseconds: [Int64])
}

extension Parameter {
    package static func nullable(_ value: Bool?) -> Parameter { value.map { .bool($0) } ?? .null }
    package static func nullable(_ value: Int32?) -> Parameter { value.map { .int32($0) } ?? .null }
    package static func nullable(_ value: Int64?) -> Parameter { value.map { .int64($0) } ?? .null }
    package static func nullable(_ value: Double?) -> Parameter { value.map { .double($0) } ?? .null }
    package static func nullable(_ value: String?) -> Parameter { value.map { .text($0) } ?? .null }
    package static func nullable(_ value: [UInt8]?) -> Parameter { value.map { .bytes($0) } ?? .null }
    package static func nullable(_ value: UUIDBytes?) -> Parameter { value.map { .uuid($0) } ?? .null }
}

extension Parameter: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .int64(value) }
}

extension Parameter: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension Parameter: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Parameter: ExpressibleByNilLiteral {
    package init(nilLiteral: ()) { self = .null }
}
