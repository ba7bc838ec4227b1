import CLinux
import Database
import Glibc
import Logging
import Synchronization

/// A throw-away Postgres server below the temporary folder, durable like a real one.
///
/// It listens on a Unix socket and on a free port of 127.0.0.1 and trusts everyone. A watchdog process removes it when this
/// process ends, in whatever way.
package final class PostgresCluster: Sendable {
    /// The cluster all tests of this process share, started when the first asks.
    package static func shared() async throws -> PostgresCluster { try await sharedTask.value }

    private static let sharedTask = Task { try await PostgresCluster() }

    private let installation: PostgresInstallation
    private let folder: String
    package let port: Int
    /// Held open as long as this process lives; its end tells the watchdog.
    private let lifeline: CInt
    private let count = Atomic<Int>(0)
    private let administration = Mutex<Database?>(nil)

    private var data: String { "\(folder)/data" }

    /// Starts a private cluster, for tests that stop or kill it.
    /// - Parameter settings: lines of `postgresql.conf`, which win over those of every test cluster.
    package init(settings: [String: String] = [:]) async throws {
        installation = try PostgresInstallation()
        folder = try await installation.makeFolder()
        port = try FreePort.find()
        var ends: [CInt] = [-1, -1]
        guard tarn_pipe(&ends) == 0 else { throw ChildProcess.Failure(description: "no pipe: errno \(errno)") }
        lifeline = ends[1]
        try Self.watch(folder: folder, installation: installation, lifeline: ends[0])
        close(ends[0])
        try await PostgresTemplate.shared().copy(to: data)
        let all = Self.settings.merging(
            ["port": "\(port)", "unix_socket_directories": "'\(folder)'"]
        ) { $1 }.merging(settings) { $1 }
        try append(all.map { "\($0) = \($1)\n" }.sorted().joined(), to: "\(data)/postgresql.conf")
        try await start()
    }

    deinit {
        // The watchdog does the rest.
        close(lifeline)
    }

    /// Small, but as durable as the default.
    private static let settings = [
        "listen_addresses": "'127.0.0.1'", "max_connections": "800", "shared_buffers": "'32MB'", "fsync": "on",
        "synchronous_commit": "on", "logging_collector": "off", "autovacuum_naptime": "'5min'", "jit": "off",
        "deadlock_timeout": "'100ms'",
    ]

    /// The address of one of its databases over the Unix socket, as libpq takes it.
    package func address(_ database: String = "postgres") -> String {
        "host=\(folder) port=\(port) user=postgres dbname=\(database)"
    }

    /// The same over TCP, as a URL.
    package func url(_ database: String = "postgres") -> String {
        "postgresql://postgres@127.0.0.1:\(port)/\(database)"
    }
}

// Databases.
extension PostgresCluster {
    /// Creates an empty database.
    /// - Returns: its address.
    package func freshDatabase() async throws -> String {
        let name = "test_\(getpid())_\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
        try await administer("CREATE DATABASE \(name)")
        return address(name)
    }

    /// Creates an empty schema of a database that tests share: much cheaper than a database.
    /// - Returns: the address of the database with the schema first on its search path, and the schema's name.
    package func freshSchema() async throws -> (address: String, schema: String) {
        let name = "test_\(getpid())_\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
        try await administer("CREATE SCHEMA \(name)")
        return ("\(address()) options='-c search_path=\(name)'", name)
    }

    /// Runs one statement as the superuser.
    package func administer(_ sql: String) async throws {
        let database = try administration.withLock { existing in
            if let existing { return existing }
            var configuration = try DatabaseConfiguration(address())
            configuration.allowUnsafeDurability = true
            configuration.maxExclusiveConnections = 2
            let logger = Logger(label: "cluster") { _ in SwiftLogNoOpLogHandler() }
            let database = try Database(configuration, logger: logger)
            existing = database
            return database
        }
        _ = try await database.exclusive(.write(sql), deadline: .now + .seconds(60))
    }
}

// Faults.
extension PostgresCluster {
    package func start() async throws {
        // After a kill the last server's memory may take a moment to be given up.
        for attempt in 1... {
            do {
                try await control("start", ["-w", "-t", "60", "-l", "\(data)/log"])
                return
            } catch  where attempt < 20 {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Stops it as `pg_ctl` does: `smart`, `fast` or `immediate`.
    package func stop(_ mode: String = "fast") async throws { try await control("stop", ["-w", "-m", mode]) }

    package func stopImmediately() async throws { try await stop("immediate") }

    package func restart() async throws { try await control("restart", ["-w", "-m", "fast", "-l", "\(data)/log"]) }

    /// `kill -9` of the server and everything it started.
    package func kill() async throws { try await signal(SIGKILL) }

    /// Freezes the server and everything it started: it accepts connections and answers nothing.
    package func freeze() async throws { try await signal(SIGSTOP) }

    package func thaw() async throws { try await signal(SIGCONT) }

    /// What the server and everything it started have used of the processors.
    package func processorMicroseconds() async throws -> Int {
        let pid = try await server()
        let children = try await ChildProcess.run(["pgrep", "-P", "\(pid)"]).split(separator: "\n")
        // Fields 14 to 17 of stat, counted after the name in brackets: user and system time, the same of ended children.
        var ticks = 0
        for (index, process) in (["\(pid)"] + children).enumerated() {
            guard let stat = try? await ChildProcess.run(["cat", "/proc/\(process)/stat"]),
                let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 14
            else { continue }
            ticks += fields[11...(index == 0 ? 14 : 12)].compactMap { Int($0) }.reduce(0, +)
        }
        return ticks * (1_000_000 / sysconf(CInt(_SC_CLK_TCK)))
    }

    /// The states of the server and of everything it started, as the system's letters.
    package func states() async throws -> [Character] {
        let server = try await server()
        let children = try await ChildProcess.run(["pgrep", "-P", "\(server)"]).split(separator: "\n")
        return ([server] + children.compactMap { pid_t($0) }).compactMap { ChildProcess.state(of: $0) }
    }

    private func server() async throws -> pid_t {
        let pid = try await ChildProcess.run(["head", "-n", "1", "\(data)/postmaster.pid"])
        guard let server = pid_t(pid.filter(\.isNumber)) else {
            throw ChildProcess.Failure(description: "no server process in \(pid)")
        }
        return server
    }

    private func signal(_ number: CInt) async throws {
        let server = try await server()
        // The server first, lest it start others meanwhile, or anew what it sees die.
        if number != SIGCONT { try await stop(server) }
        let children = try? await ChildProcess.run(["pgrep", "-P", "\(server)"])
        for child in (children ?? "").split(separator: "\n").compactMap({ pid_t($0) }) {
            if number == SIGSTOP { try await stop(child) } else { Glibc.kill(child, number) }
        }
        if number != SIGSTOP { Glibc.kill(server, number) }
    }

    /// Sends `SIGSTOP` and waits until the process stands still or is no more: on a busy machine the signal takes a while.
    private func stop(_ process: pid_t) async throws {
        guard Glibc.kill(process, SIGSTOP) == 0 else { return }
        for _ in 0..<10_000 {
            guard let state = ChildProcess.state(of: process), !["T", "t", "Z", "X"].contains(state) else { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw ChildProcess.Failure(description: "process \(process) does not stand still")
    }

    private func append(_ text: String, to path: String) throws {
        guard let file = fopen(path, "a") else { throw ChildProcess.Failure(description: "\(path): errno \(errno)") }
        defer { fclose(file) }
        guard fputs(text, file) >= 0 else { throw ChildProcess.Failure(description: "\(path): errno \(errno)") }
    }

    private func control(_ command: String, _ arguments: [String]) async throws {
        try await ChildProcess.run(
            installation.command("pg_ctl", [command, "-s", "-D", data] + arguments))
    }

    /// Starts a shell that waits for the end of this process, then stops the server and removes its folder.
    private static func watch(folder: String, installation: PostgresInstallation, lifeline: CInt) throws {
        let stop = installation.command("pg_ctl", ["stop", "-s", "-w", "-m", "immediate", "-D", "\(folder)/data"])
        // A test may have ended while the server was frozen.
        let thaw = "pid=$(head -n 1 '\(folder)/data/postmaster.pid'); kill -CONT $pid $(pgrep -P $pid)"
        // It may also have ended while the server was being made or started.
        let attempts = "for i in 1 2 3; do \(stop.joined(separator: " ")) && break; sleep 1; done"
        let script = "read line; \(thaw); \(attempts); rm -rf '\(folder)'"
        _ = try ChildProcess.spawn(["/bin/sh", "-c", script], input: lifeline, output: nil)
    }
}
