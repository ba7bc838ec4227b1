import Database
import TestSupport
import Testing

@Suite struct RoundTripTests {
    /// A parameter, the type it is sent as, and what must come back.
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        let parameter: Parameter
        let check: @Sendable (Row) throws -> Bool

        var testDescription: String { "\(type) \(String(describing: parameter).prefix(60))" }

        init(_ type: String, _ parameter: Parameter, _ check: @escaping @Sendable (Row) throws -> Bool) {
            self.type = type
            self.parameter = parameter
            self.check = check
        }
    }

    static let uuid = UUIDBytes(Array(0..<16))
    static let everyByte = [UInt8](0...255)
    static let large = [UInt8](repeating: 7, count: 3 << 20)

    static let cases: [Case] = [
        Case("bool", true) { try $0.bool(0) },
        Case("bool", false) { try !$0.bool(0) },
        Case("bigint", 0) { try $0.int64(0) == 0 },
        Case("bigint", .int64(.min)) { try $0.int64(0) == .min },
        Case("bigint", .int64(.max)) { try $0.int64(0) == .max },
        Case("integer", .int32(.min)) { try $0.int32(0) == .min && $0.int64(0) == Int64(Int32.min) },
        Case("integer", .int32(-1)) { try $0.int(0) == -1 },
        Case("double precision", .double(-0.1)) { try $0.double(0) == -0.1 },
        Case("text", "") { try $0.text(0) == "" },
        Case("text", "zażółć 🐦 '\\") { try $0.text(0) == "zażółć 🐦 '\\" },
        Case("varchar", "v") { try $0.text(0) == "v" },
        Case("jsonb", #"{"a": 1}"#) { try $0.text(0) == #"{"a": 1}"# },
        Case("json", "[1]") { try $0.text(0) == "[1]" },
        Case("bytea", .bytes([])) { try $0.bytes(0) == [] && !$0.isNull(0) },
        Case("bytea", .bytes(everyByte)) { try $0.bytes(0) == everyByte },
        Case("bytea", .bytes(large)) { try $0.withBytes(0) { $0.count == large.count && $0.allSatisfy { $0 == 7 } } },
        Case("uuid", uuid.map { .uuid($0) } ?? .null) { try $0.uuid(0) == uuid },
        Case("timestamptz", .timestamp(milliseconds: 0)) { try $0.timestampMilliseconds(0) == 0 },
        Case("timestamptz", .timestamp(milliseconds: 1_700_000_000_123)) {
            try $0.timestampMilliseconds(0) == 1_700_000_000_123
        },
        Case("timestamptz", .timestamp(milliseconds: -1)) { try $0.timestampMilliseconds(0) == -1 },
        Case("timestamptz", "1999-12-31 23:59:59.9999+00") { try $0.timestampMilliseconds(0) == 946_684_799_999 },
        Case("bigint", nil) { try $0.isNull(0) && $0.optionalInt64(0) == nil },
        Case("text", .nullable(String?.none)) { try $0.optionalText(0) == nil },
        Case("bytea", .nullable([1])) { try $0.optionalBytes(0) == [1] },
        Case("bigint[]", .int64s([])) { try $0.int64s(0) == [] },
        Case("bigint[]", .int64s([1, .max, -3])) { try $0.int64s(0) == [1, .max, -3] },
        Case("integer[]", .int32s([1, -2])) { try $0.int32s(0) == [1, -2] },
        Case("text[]", .texts(["", "ä", "NULL"])) { try $0.texts(0) == ["", "ä", "NULL"] },
        Case("bytea[]", .byteArrays([[], [0, 255], everyByte])) { try $0.byteArrays(0) == [[], [0, 255], everyByte] },
        Case("uuid[]", .uuids(uuid.map { [$0, $0] } ?? [])) { try $0.uuids(0) == [uuid, uuid] },
    ]

    @Test("A parameter comes back as it was sent", arguments: cases)
    func parameter(_ test: Case) async throws {
        let database = try await sharedDatabase()
        let rows = try await database.read(.read("SELECT $1::\(test.type)"), [test.parameter], deadline: soon)
        let row = try #require(rows.first)
        #expect(try test.check(row))
    }

    @Test("Arrays are unnested, NULLs included")
    func unnest() async throws {
        let database = try await sharedDatabase()
        let rows = try await database.read(
            .read("SELECT * FROM unnest($1::bytea[], $2::text[], $3::boolean[], $4::timestamptz[]) AS t(a, b, c, d)"),
            [
                .byteArrays([[1], nil]), .texts([nil, "x"]), .bools([true, false]),
                .timestamps(milliseconds: [0, 1]),
            ], deadline: soon)
        #expect(rows.count == 2)
        #expect(try rows.map { try $0.optionalBytes(0) } == [[1], nil])
        #expect(try rows.map { try $0.optionalText(1) } == [nil, "x"])
        #expect(try rows.map { try $0.bool(2) } == [true, false])
        #expect(try rows.map { try $0.timestampMilliseconds(3) } == [0, 1])
    }

    @Test(
        "Reading a column as what it is not throws",
        arguments: [
            ("SELECT 1::bigint", { @Sendable (row: Row) in _ = try row.text(0) }),
            ("SELECT 1::bigint", { row in _ = try row.int32(0) }),
            ("SELECT 'x'::text", { row in _ = try row.bytes(0) }),
            ("SELECT 1.5::numeric", { row in _ = try row.int64(0) }),
            ("SELECT NULL::bigint", { row in _ = try row.int64(0) }),
            ("SELECT 1::bigint", { row in _ = try row.int64(1) }),
            ("SELECT 1::bigint", { row in _ = try row.int64(-1) }),
            ("SELECT ARRAY[1, NULL]::bigint[]", { row in _ = try row.int64s(0) }),
            ("SELECT ARRAY[[1], [2]]::bigint[]", { row in _ = try row.int64s(0) }),
            ("SELECT ARRAY[1]::integer[]", { row in _ = try row.int64s(0) }),
        ] as [(String, @Sendable (Row) throws -> Void)])
    func mismatch(sql: String, read: @Sendable (Row) throws -> Void) async throws {
        let database = try await sharedDatabase()
        let rows = try await database.read(.read(sql), deadline: soon)
        let row = try #require(rows.first)
        #expect { try read(row) } throws: { error in
            if case .unexpectedColumn = error as? DatabaseError { true } else { false }
        }
    }

    @Test(
        "A parameter that cannot be sent is refused before it is sent",
        arguments: [
            .text("a\0b"), .texts(["ok", "a\0b"]), .timestamp(milliseconds: .max),
            .timestamps(milliseconds: [0, .min]),
        ] as [Parameter])
    func invalid(parameter: Parameter) async throws {
        let database = try await sharedDatabase()
        let error = await databaseFailure {
            _ = try await database.read(.read("SELECT $1"), [parameter], deadline: soon)
        }
        guard case .invalidParameter = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A change answers how many rows it touched")
    func affected() async throws {
        let database = try await freshDatabase()
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let insert = Statement.write("INSERT INTO t SELECT generate_series(1, $1::bigint)")
        #expect(try await database.write(insert, [1_234], deadline: soon).affected == 1_234)
        let delete = Statement.write("DELETE FROM t WHERE id > $1")
        #expect(try await database.write(delete, [1_000], deadline: soon).affected == 234)
        #expect(try await database.write(delete, [1_000], deadline: soon).affected == 0)
        let update = Statement.write("UPDATE t SET id = id WHERE id <= 2 RETURNING id")
        let rows = try await database.write(update, deadline: soon)
        #expect(rows.affected == 2 && rows.count == 2)
    }
}
