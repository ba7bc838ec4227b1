/// What a JSON value is, told by its first byte.
package enum JSONKind: Sendable, Hashable {
    case object, array, string, number, bool, null
}

extension JSONReader {
    /// The kind of the next value, which is not read; nil at the end and before anything that begins no value.
    package mutating func nextKind() -> JSONKind? {
        guard let byte = nextByte() else { return nil }
        return switch byte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: nil
        }
    }
}
