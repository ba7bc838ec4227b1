import Database
import Domain
import Logging
import NIOCore
import ServiceKit
import TestSupport
import Wire

/// Several indexes over one database, as they are run for users, and calls to each.
struct IndexFleet: Sendable {
    struct StillBusy: Error, CustomStringConvertible {
        let description: String
    }

    /// For indexes that fold when little is staged.
    static let busy = ["TARN_INDEX_FOLD_ROWS": "30"]

    /// For indexes that also sweep and collect what nobody needs within seconds.
    static let tidy = busy.merging(["TARN_INDEX_LONGEST_REQUEST": "2", "TARN_INDEX_COLLECTION_GAP": "4"]) { $1 }

    let indexes: [ServiceProcess]
    /// One for each index.
    let clients: [RPCClient]
    /// The same database, as the test sees it.
    let database: Database
    let repository: RepositoryName

    /// - Parameters:
    ///   - cluster: one of the test's own, which it may kill; nil for the one that all tests share.
    ///   - variables: further environment of the indexes.
    static func run(
        _ count: Int, cluster: PostgresCluster? = nil, _ variables: [String: String] = [:],
        _ body: (IndexFleet) async throws -> Void
    ) async throws {
        let cluster = if let cluster { cluster } else { try await PostgresCluster.shared() }
        let address = try await cluster.freshDatabase()
        let indexes = try (0..<count).map { _ in try RealServices.index(database: address, variables) }
        for index in indexes { try await index.start() }
        var configuration = try DatabaseConfiguration(address)
        configuration.patience = .seconds(20)
        let fleet = IndexFleet(
            indexes: indexes, clients: try indexes.map { try client(of: $0) },
            database: try Database(
                configuration, logger: Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() }),
            repository: try RepositoryName("lake"))
        let outcome: Result<Void, any Error>
        do {
            _ = try await fleet.call(0, CreateRepository.self, try fleet.creation)
            try await body(fleet)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for index in indexes { index.kill() }
        for client in fleet.clients { await client.shutdown(drain: .zero) }
        await fleet.database.shutdown(deadline: .now + .seconds(1))
        try outcome.get()
    }

    var creation: CreateRepository.Request {
        get throws {
            CreateRepository.Request(
                name: repository, storageNamespace: try StorageNamespace("local://lake"),
                defaultBranch: try BranchName("main"))
        }
    }

    /// A client with connections of its own.
    /// - Parameter patience: how long it looks for an index that is not there.
    static func client(of index: ServiceProcess, patience: TimeAmount = .seconds(20)) throws -> RPCClient {
        TestRPC.client(
            of: .index, at: [try SocketAddress(ipAddress: "127.0.0.1", port: index.internalPort)], as: .api,
            credential: ServiceCredentials.credential(of: .api)
        ) { $0.patience = patience }
    }

    /// Asks one of the indexes.
    func call<Method: RPCMethod>(
        _ number: Int, _ method: Method.Type, _ request: Method.Request, seconds: Double = 30
    ) async throws -> Method.Response {
        try await clients[number % clients.count].call(
            method, request, .test(seconds: seconds, principal: Principal(userID: "alice")))
    }

    /// Asks one index after the other until the outcome is known, as a gateway does: the operation's id stays.
    func settle<Method: RPCMethod>(
        _ number: Int, _ method: Method.Type, _ request: Method.Request
    ) async throws -> Method.Response {
        let end = ContinuousClock.now + .seconds(60)
        var number = number
        while true {
            do {
                return try await call(number, method, request, seconds: 15)
            } catch let error as RPCError
                where [.unavailable, .outcomeUnknown, .deadlineExceeded].contains(error.code) && .now < end
            {
                number += 1
                try await Task.sleep(for: .milliseconds(30))
            }
        }
    }

    // MARK: Calls in short

    static func entry(_ content: String) -> Entry {
        Entry(address: .relative("data/\(content)"), size: Int64(content.utf8.count), checksum: content, modified: 1)
    }

    func put(_ number: Int, _ path: String, _ content: String?, on branch: String = "main") async throws {
        _ = try await settle(
            number, StageObject.self,
            StageObject.Request(
                repository: repository, repositoryID: nil, branch: try BranchName(branch), path: try ObjectKey(path),
                entry: content.map(Self.entry)))
    }

    func commit(_ number: Int, _ branch: String = "main", _ message: String = "m") async throws -> Commit {
        try await settle(
            number, CreateCommit.self,
            CreateCommit.Request(repository: repository, branch: try BranchName(branch), message: message))
    }

    func branch(_ number: Int, _ name: String, from source: String = "main") async throws -> Branch {
        try await settle(
            number, CreateBranch.self,
            CreateBranch.Request(
                repository: repository, name: try BranchName(name), source: try RefExpression(source)))
    }

    /// Everything a reference shows.
    func contents(_ number: Int, _ reference: String = "main") async throws -> [String: String] {
        var contents: [String: String] = [:]
        var after = ""
        while true {
            let page = try await settle(
                number, ListObjects.self,
                ListObjects.Request(
                    repository: repository, reference: try RefExpression(reference),
                    range: ListRange(after: after, amount: 1_000)))
            for row in page.rows {
                after = String(decoding: row.path, as: UTF8.self)
                contents[after] = row.entry?.checksum
            }
            if !page.hasMore { return contents }
        }
    }

    /// The commits of a branch, the first first, with what each shows.
    func history(
        _ number: Int, of branch: String
    ) async throws -> [(commit: Commit, contents: [String: String])] {
        var commits: [Commit] = []
        while true {
            let page = try await settle(
                number, LogCommits.self,
                LogCommits.Request(
                    repository: repository, reference: try RefExpression(branch), after: commits.last?.id.string ?? "",
                    amount: 1_000, firstParentOnly: true))
            commits += page.results
            if !page.hasMore { break }
        }
        var history: [(Commit, [String: String])] = []
        for commit in commits.reversed() {
            history.append((commit, try await contents(number, commit.id.string)))
        }
        return history
    }

    // MARK: What is left behind

    /// Tree nodes that an index has removed since it was started.
    func nodesCollected(by number: Int) async throws -> Int {
        let answer = try await RawHTTPClient.get(port: indexes[number].internalPort, "/metrics")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("tarn_index_nodes_collected ") }
        return line.flatMap { Double($0.split(separator: " ")[1]) }.map { Int($0) } ?? -1
    }

    func sql(_ text: String) async throws -> Rows {
        try await database.exclusive(.write(text), deadline: .now + .seconds(20))
    }

    /// Waits until nobody stands in line for a branch with a live ticket, waits for a lock or has a transaction open.
    func untilIdle(seconds: Int = 5) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let rows = try await sql(
                """
                SELECT 'in line, for ' || (ends - now())::text FROM index.turn WHERE ends > clock_timestamp()
                UNION ALL
                SELECT state || ' ' || coalesce(wait_event_type, '') || ' ' || query FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                    AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')
                """)
            if rows.isEmpty { return }
            let busy = try rows.map { try $0.text(0) }
            guard .now < end else { throw StillBusy(description: "after \(seconds) s: \(busy)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Commits that no branch or tag has and none ever had: made, but never published.
    func strayCommits() async throws -> Int64 {
        try await sql(
            """
            WITH RECURSIVE reached (id) AS (
                SELECT head FROM index.ref
                UNION SELECT old_head FROM index.ref_log WHERE old_head IS NOT NULL
                UNION SELECT new_head FROM index.ref_log WHERE new_head IS NOT NULL
                UNION SELECT unnest(c.parents) FROM reached r JOIN index.commit c ON c.id = r.id
            )
            SELECT count(*) FROM index.commit c WHERE c.id NOT IN (SELECT id FROM reached)
            """)[0].int64(0)
    }
}
