import Database
import Glibc
import Seeded
import TestSupport
import Testing

/// What a statement costs, for people: run a release build with `TARN_MEASURE=1` on an idle machine.
@Suite(.serialized, .enabled(if: getenv("TARN_MEASURE") != nil)) struct Measurement {
    static let rows: Int64 = 100_000
    static let seconds = 5

    @Test("SELECT by key and durable INSERT of one row", arguments: [1, 32, 128])
    func statements(concurrency: Int) async throws {
        let cluster = try await PostgresCluster()
        let database = try connect(cluster.address())
        try await database.define(
            """
            CREATE TABLE t (id bigint PRIMARY KEY, value bytea);
            INSERT INTO t SELECT i, decode(repeat('ab', 100), 'hex') FROM generate_series(1, \(Self.rows)) i;
            ANALYZE t; CHECKPOINT
            """)
        let select = Statement.read("SELECT value FROM t WHERE id = $1")
        try await measure("SELECT", concurrency, cluster) { generator, _ in
            let key = Int64.random(in: 1...Self.rows, using: &generator)
            let rows = try await database.read(select, [.int64(key)], deadline: .now + .seconds(10))
            guard try rows.first?.bytes(0).count == 100 else { throw DatabaseError.closed }
        }
        let insert = Statement.write("INSERT INTO t VALUES ($1, $2)")
        let value = [UInt8](repeating: 1, count: 100)
        try await measure("INSERT", concurrency, cluster) { _, sequence in
            let key = Self.rows + 1 + sequence
            _ = try await database.write(
                insert, [.int64(key), .bytes(value)], orderedBy: withUnsafeBytes(of: key.bigEndian) { Array($0) },
                deadline: .now + .seconds(10))
        }
        let move = Statement.write("UPDATE t SET value = $2 WHERE id = $1")
        try await measure("transaction of 2", concurrency, cluster) { _, sequence in
            try await database.transaction(deadline: .now + .seconds(10)) { transaction in
                let key = Parameter.int64(sequence % Self.rows + 1)
                let found = try await transaction.run(select, [key])
                guard found.count == 1 else { throw DatabaseError.closed }
                _ = try await transaction.run(move, [key, .bytes(value)])
            }
        }
    }

    @Test("Nodes of 64 KiB in one transaction")
    func nodes() async throws {
        let cluster = try await PostgresCluster()
        let database = try connect(cluster.address())
        try await database.define("CREATE TABLE node (id bigint PRIMARY KEY, bytes bytea COMPRESSION lz4)")
        let insert = Statement.write("INSERT INTO node VALUES ($1, $2) ON CONFLICT DO NOTHING")
        var generator = SeededGenerator(seed: 1)
        let bytes = (0..<65_536).map { $0 % 2 == 0 ? UInt8.random(in: 0...255, using: &generator) : 7 }
        let sets = (0..<5_000 as Range<Int64>).map { [.int64($0), .bytes(bytes)] as [Parameter] }
        let start = ContinuousClock.now
        let before = clientMicroseconds()
        _ = try await database.transaction(deadline: .now + .seconds(60)) { try await $0.repeated(insert, sets) }
        let taken = ContinuousClock.now - start
        print(
            "nodes: \(Int(Double(sets.count) / (taken / .seconds(1)))) a second,",
            "\((clientMicroseconds() - before) / sets.count) µs of the client each")
    }

    private func measure(
        _ name: String, _ concurrency: Int, _ cluster: PostgresCluster,
        _ body: @escaping @Sendable (inout SeededGenerator, Int64) async throws -> Void
    ) async throws {
        let end = ContinuousClock.now + .seconds(Self.seconds)
        let start = ContinuousClock.now
        let client = clientMicroseconds()
        let server = try await cluster.processorMicroseconds()
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for task in 0..<concurrency {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(task))
                    var latencies: [Duration] = []
                    var sequence = Int64(task)
                    while true {
                        let begin = ContinuousClock.now
                        if begin >= end { return latencies }
                        try await body(&generator, sequence)
                        latencies.append(.now - begin)
                        sequence += Int64(concurrency)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }.sorted()
        let taken = (ContinuousClock.now - start) / .seconds(1)
        let count = latencies.count
        let serverShare = (try await cluster.processorMicroseconds() - server) / count
        print(
            "\(name) c=\(concurrency): \(Int(Double(count) / taken)) a second, client",
            "\((clientMicroseconds() - client) / count) µs, server \(serverShare) µs, p50",
            "\(latencies[count / 2] / .microseconds(1)) µs, p99 \(latencies[count * 99 / 100] / .microseconds(1)) µs")
    }

    /// What this process has used of the processors.
    private func clientMicroseconds() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + Int(usage.ru_utime.tv_usec)
            + Int(usage.ru_stime.tv_usec)
    }
}
