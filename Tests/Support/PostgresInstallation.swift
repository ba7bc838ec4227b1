import Glibc

/// The newest Postgres server programs of this machine.
struct PostgresInstallation: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description = "no initdb below /usr/lib/postgresql or on the PATH: install the package postgresql"
    }

    private let folder: String?
    /// Postgres refuses to run as root, so root runs it as this user.
    let user: String?

    /// The folder where Debian puts the programs of each version.
    private static let root = "/usr/lib/postgresql"

    init() throws {
        user = geteuid() == 0 ? "postgres" : nil
        let versions = Self.names(in: Self.root).compactMap { Int($0) }.sorted(by: >)
        let folders = versions.map { "\(Self.root)/\($0)/bin" }
        folder = folders.first { access("\($0)/initdb", X_OK) == 0 }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let isOnPath = path.split(separator: ":").contains { access("\($0)/initdb", X_OK) == 0 }
        guard folder != nil || isOnPath else { throw Missing() }
    }

    /// The words that run one of the programs as a user Postgres accepts.
    func command(_ program: String, _ arguments: [String]) -> [String] {
        let path = folder.map { "\($0)/\(program)" } ?? program
        return (user.map { ["runuser", "-u", $0, "--"] } ?? []) + [path] + arguments
    }

    /// Makes a folder of a new name that Postgres may write to.
    func makeFolder() async throws -> String {
        var template = Array("/tmp/tarn-pg-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "no folder: errno \(errno)") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if let user { try await ChildProcess.run(["chown", user, folder]) }
        return folder
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
