import TestSupport
import Testing

@testable import Database

@Suite(.timeLimit(.minutes(3))) struct GatheringTests {
    static let find = GatheredStatement.read(
        .position,
        """
        SELECT k.position, k.id, t.value FROM unnest($2::bigint[]) WITH ORDINALITY AS k (id, position)
        LEFT JOIN t ON t.part = $1 AND t.id = k.id
        """)
    static let insert = GatheredStatement.write(
        .uuid,
        """
        INSERT INTO u (part, id, bytes) SELECT $1, w.id, w.bytes FROM unnest($2::uuid[], $3::bytea[]) AS w (id, bytes)
        WHERE w.bytes IS NULL OR length(w.bytes) > 0
        RETURNING id
        """)
    static let count = GatheredStatement.read(.everybody, "SELECT count(*), random() FROM t WHERE part = $1")

    private static func request(_ common: Int64, own: Int64, order: [UInt8] = []) throws -> Request {
        try Request(
            .gathered(GatheredCall(find, common: [.int64(common)], own: [.int64(own)])), route: .read, order: order,
            deadline: soon)
    }

    @Test("Only callers of one statement with equal common parameters go together, others stay by themselves")
    func groups() throws {
        let plain = try Request(.one(Call(Statement.read("SELECT 1"))), route: .read, deadline: soon)
        let batch =
            try [(1, 10), (2, 20), (1, 11)].map { try Self.request($0, own: $1) } + [plain]
            + [Self.request(2, own: 21)]
        let groups = Gathering.groups(batch, isOrdered: false)
        #expect(groups.map(\.members.count) == [2, 2, 1])
        #expect(groups[0][0].parameters == [.int64(1), .int64s([10, 11])])
        #expect(groups[1][0].parameters == [.int64(2), .int64s([20, 21])])
        // In order, only neighbours do.
        #expect(Gathering.groups(batch, isOrdered: true).map(\.members.count) == [1, 1, 1, 1, 1])
    }

    @Test("Of ordered callers, no two with the same order key go together")
    func equalKeys() throws {
        let batch = try [1, 2, 2, 3].map { try Self.request(1, own: Int64($0), order: [$0]) }
        #expect(Gathering.groups(batch, isOrdered: true).map(\.members.count) == [2, 2])
    }

    @Test("Values are gathered by their type, NULL among bytes")
    func columns() {
        #expect(Parameter.column([.bytes([1]), .null]) == .byteArrays([[1], nil]))
        #expect(Parameter.column([.null, .bytes([1])]) == .byteArrays([nil, [1]]))
        #expect(Parameter.column([.int64(3), .int64(4)]) == .int64s([3, 4]))
        #expect(Parameter.column([.uuid(UUIDBytes(high: 1, low: 2))]) == .uuids([UUIDBytes(high: 1, low: 2)]))
    }

    @Test("What cannot be gathered is refused before it is sent")
    func refused() async throws {
        let database = try await freshDatabase()
        await #expect(throws: DatabaseError.self) {
            _ = try await database.gather(Self.find, [1], own: ["text"], deadline: soon)
        }
    }

    @Test("Each of many callers gets the rows that are its own, and none but these")
    func own() async throws {
        let database = try await freshDatabase()
        try await database.define(
            """
            CREATE TABLE t (part bigint, id bigint, value bigint);
            INSERT INTO t SELECT p, i, p * 1000 + i * 10 + c
            FROM generate_series(0, 2) p, generate_series(0, 30) i, generate_series(1, 3) c WHERE c <= i % 4
            """)
        try await withThrowingTaskGroup { group in
            for task in 0..<48 as Range<Int64> {
                group.addTask {
                    for round in 0..<40 as Range<Int64> {
                        let (part, id) = (task % 3, (task * 7 + round) % 31)
                        let rows = try await database.gather(
                            Self.find, [.int64(part)], own: [.int64(id)], deadline: soon)
                        #expect(try rows.allSatisfy { try $0.int64(1) == id })
                        let values = try rows.compactMap { try $0.optionalInt64(2) }
                        #expect(values.sorted() == (0..<(id % 4)).map { part * 1000 + id * 10 + $0 + 1 })
                        #expect(rows.count == max(1, values.count))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Of many who write together, only those whose values are wrong hear of it, all others' rows are there once")
    func guiltyOnly() async throws {
        let database = try await freshDatabase { $0.writeConnections = 1 }
        try await database.define(
            "CREATE TABLE u (part bigint, id uuid PRIMARY KEY, bytes bytea CHECK (bytes <> '\\x07' OR bytes IS NULL))")
        try await withThrowingTaskGroup { group in
            for task in 0..<40 as Range<UInt64> {
                group.addTask {
                    for round in 0..<20 as Range<UInt64> {
                        let id = UUIDBytes(high: task, low: round)
                        // Wrong, written by nobody, NULL, or right.
                        let bytes: [UInt8]? = [[7], [], nil, [1]][Int((task + round) % 4)]
                        do {
                            let rows = try await database.gather(
                                Self.insert, [.int64(Int64(task % 2))], own: [.uuid(id), .nullable(bytes)],
                                orderedBy: [UInt8(task), UInt8(round)], deadline: soon)
                            #expect(bytes != [7])
                            #expect(rows.count == (bytes == [] ? 0 : 1))
                            #expect(try rows.allSatisfy { try $0.uuid(0) == id })
                        } catch DatabaseError.server(let error) {
                            #expect(bytes == [7] && error.code == "23514")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let rows = try await database.read(.read("SELECT count(*) FROM u"), deadline: soon)
        #expect(try rows.first?.int64(0) == 400)
    }

    @Test("Who asks the same at the time gets the same answer, who asks later a newer one")
    func everybody() async throws {
        let database = try await freshDatabase { $0.readConnections = 1 }
        try await database.define("CREATE TABLE t (part bigint)")
        let insert = Statement.write("INSERT INTO t VALUES ($1)")
        let answers = try await withThrowingTaskGroup(of: Double?.self) { group in
            for task in 0..<32 as Range<Int64> {
                group.addTask {
                    var last: Double?
                    for round in 1...20 as ClosedRange<Int64> {
                        _ = try await database.write(insert, [.int64(task % 2)], deadline: soon)
                        let rows = try await database.gather(Self.count, [.int64(task % 2)], deadline: soon)
                        #expect(rows.count == 1)
                        // Its own row is seen, whoever else was served by the same execution.
                        #expect(try (rows.first?.int64(0) ?? 0) >= round)
                        last = try rows.first?.double(1)
                    }
                    return last
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 32)
        let rows = try await database.gather(Self.count, [0], deadline: soon)
        #expect(try rows.first?.int64(0) == 320)
    }
}
