import Domain
import NIOCore
import ObjectStore
import ServiceKit
import Wire

/// Fills a repository that was just made: the files written through the store, staged, committed, and their branch protected.
struct SampleData {
    static let message = "Add sample data"

    let call: Call
    let repository: Repository

    /// Where it fails there is a repository without them, all else of it as it should be: the error says so.
    func write() async throws {
        do {
            for file in SampleFile.all { try await stage(file) }
            _ = try await call.index(
                CreateCommit.self,
                .init(repository: repository.name, branch: repository.defaultBranch, message: Self.message))
            _ = try await call.index(
                SetProtection.self, .init(repository: repository.name, patterns: [repository.defaultBranch.string]))
        } catch {
            // As far as that is possible now: what stays staged is no harm, and can be reset by anybody.
            _ = try? await call.index(
                ResetBranch.self,
                .init(repository: repository.name, branch: repository.defaultBranch, scope: .all))
            throw APIError(error).map(Self.incomplete) ?? error
        }
    }

    private func stage(_ file: SampleFile) async throws {
        let upload = ObjectUpload(
            call: call, repository: repository.name, branch: repository.defaultBranch, path: try ObjectKey(file.path),
            contentType: file.contentType, userMetadata: [:], condition: .none, force: false)
        var rest: ByteBuffer? = file.bytes
        _ = try await upload.run(length: Int64(file.bytes.readableBytes)) {
            defer { rest = nil }
            return rest
        }
    }

    private static func incomplete(_ error: APIError) -> APIError {
        APIError(error.status, "the repository was made, but not its sample data: \(error.message)")
    }
}
