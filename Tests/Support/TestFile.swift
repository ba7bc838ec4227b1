import FoundationEssentials
import Glibc

/// Files that tests make and remove.
package enum TestFile {
    /// Runs `body` with the path of a file of its own.
    package static func with<Result>(
        _ content: [UInt8], _ body: (_ path: String) async throws -> Result
    ) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "tarn-\(UUID().uuidString)").path
        try Data(content).write(to: URL(filePath: path))
        defer { unlink(path) }
        return try await body(path)
    }
}
