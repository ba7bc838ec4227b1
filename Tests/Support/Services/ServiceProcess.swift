import CLinux
import Glibc
import Synchronization
package import Wire

/// A service's own program on a free port of 127.0.0.1, started, killed and frozen as a machine would.
///
/// A watchdog kills it when this process ends, in whatever way.
package final class ServiceProcess: Sendable {
    package let service: ServiceName
    /// Of the internal listener: calls, health, metrics.
    package let internalPort: Int
    /// Of the listener for clients; nil where the service has none.
    package let publicPort: Int?
    private let variables: [String: String]
    private let pid = Mutex<pid_t?>(nil)
    /// The ends of pipes whose closing tells the watchdogs.
    private let lifelines = Mutex<[CInt]>([])

    /// - Parameter variables: the environment, but for the listeners.
    package init(_ service: ServiceName, _ variables: [String: String]) throws {
        self.service = service
        internalPort = try FreePort.find()
        publicPort = service == .gateway || service == .api ? try FreePort.find() : nil
        var variables = variables
        variables["TARN_RPC_LISTEN"] = "127.0.0.1:\(internalPort)"
        if let publicPort { variables["TARN_LISTEN"] = "127.0.0.1:\(publicPort)" }
        self.variables = variables
    }

    deinit {
        pid.withLock { pid in
            guard let pid else { return }
            Glibc.kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        lifelines.withLock { $0.forEach { close($0) } }
    }

    /// `host:port` of the internal listener, as peers are told it.
    package var address: String { "127.0.0.1:\(internalPort)" }

    /// Starts it, its schema migrated, and waits until it is ready.
    ///
    /// - Parameter log: the path of a file for all that `serve` writes.
    /// - Throws: where it is not ready in `seconds`.
    package func start(seconds: Int = 60, log: String? = nil) async throws {
        if service == .auth || service == .index { try await ChildProcess.run(command("migrate")) }
        let output = log.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        defer { if let output { close(output) } }
        let child = try ChildProcess.spawn(command("serve"), input: nil, output: output)
        pid.withLock { $0 = child }
        try watch(child)
        for _ in 0..<(seconds * 20) {
            if let answer = try? await RawHTTPClient.get(port: internalPort, "/readyz"), answer.status == 200 { return }
            guard waitpid(child, nil, WNOHANG) == 0 else {
                pid.withLock { $0 = nil }
                throw ChildProcess.Failure(description: "\(service.rawValue) ended while it started")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ChildProcess.Failure(description: "\(service.rawValue) is not ready after \(seconds) s")
    }

    /// What it writes before it ends by itself, for one that cannot start.
    package func lastWords(_ subcommand: String = "serve") async throws -> String {
        let script = "timeout -s KILL 20 \"$@\" || true"
        return try await ChildProcess.run(["/bin/sh", "-c", script, "sh"] + command(subcommand))
    }

    /// `kill -9`, and waits for the end.
    package func kill() {
        pid.withLock { pid in
            guard let child = pid else { return }
            Glibc.kill(child, SIGKILL)
            waitpid(child, nil, 0)
            pid = nil
        }
    }

    /// It accepts connections and answers nothing.
    package func freeze() {
        pid.withLock { pid in
            if let pid { ChildProcess.freeze(pid) }
        }
    }

    package func thaw() {
        pid.withLock { pid in
            if let pid { Glibc.kill(pid, SIGCONT) }
        }
    }

    private func command(_ subcommand: String) throws -> [String] {
        let settings = variables.map { "\($0)=\($1)" }.sorted()
        return ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "TARN_LOG_LEVEL=critical"] + settings
            + ["\(try Self.folder())/tarn-\(service.rawValue)", subcommand]
    }

    /// Where the build puts the programs: beside the tests.
    private static func folder() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw ChildProcess.Failure(description: "no /proc/self/exe: errno \(errno)") }
        let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    private func watch(_ child: pid_t) throws {
        var ends: [CInt] = [-1, -1]
        guard tarn_pipe(&ends) == 0 else { throw ChildProcess.Failure(description: "no pipe: errno \(errno)") }
        let program = "tarn-\(service.rawValue)"
        // The number may be another program's by then.
        let script = "read line; grep -qx \(program) /proc/\(child)/comm && kill -9 \(child)"
        _ = try ChildProcess.spawn(["/bin/sh", "-c", script], input: ends[0], output: nil)
        close(ends[0])
        lifelines.withLock { $0.append(ends[1]) }
    }
}
