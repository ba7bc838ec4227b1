/// The types of columns that can be read, by their fixed numbers in Postgres's `pg_type`.
enum ColumnType: UInt32 {
    case bool = 16
    case bytea = 17
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case json = 114
    case float8 = 701
    case unknown = 705
    case byteaArray = 1_001
    case boolArray = 1_000
    case int4Array = 1_007
    case textArray = 1_009
    case varcharArray = 1_015
    case int8Array = 1_016
    case bpchar = 1_042
    case varchar = 1_043
    case timestamp = 1_114
    case timestamptz = 1_184
    case timestamptzArray = 1_185
    case uuid = 2_950
    case uuidArray = 2_951
    case jsonb = 3_802

    /// The length of a value in bytes where it is the same for all.
    var size: Int? {
        switch self {
        case .bool: 1
        case .int2: 2
        case .int4: 4
        case .int8, .float8, .timestamp, .timestamptz: 8
        case .uuid: UUIDBytes.byteCount
        default: nil
        }
    }
}
