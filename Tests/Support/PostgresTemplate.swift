import CLinux
import Glibc

/// An empty data directory that the clusters of this process are copied from: to make one takes seconds, to copy it a moment.
///
/// A watchdog process removes it when this process ends, in whatever way.
final class PostgresTemplate: Sendable {
    static func shared() async throws -> PostgresTemplate { try await sharedTask.value }

    private static let sharedTask = Task { try await PostgresTemplate() }

    private let folder: String
    /// Held open as long as this process lives.
    private let lifeline: CInt

    private var data: String { "\(folder)/data" }

    private init() async throws {
        let installation = try PostgresInstallation()
        folder = try await installation.makeFolder()
        var ends: [CInt] = [-1, -1]
        guard tarn_pipe(&ends) == 0 else { throw ChildProcess.Failure(description: "no pipe: errno \(errno)") }
        lifeline = ends[1]
        _ = try ChildProcess.spawn(["/bin/sh", "-c", "read line; rm -rf '\(folder)'"], input: ends[0], output: nil)
        close(ends[0])
        try await ChildProcess.run(
            installation.command(
                "initdb",
                ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]))
    }

    deinit { close(lifeline) }

    func copy(to path: String) async throws {
        try await ChildProcess.run(["cp", "-a", "--reflink=auto", data, path])
    }
}
