import Domain
import JSONCodec
import Policy
import Wire

/// Deletes many paths of a branch in one call; what fails is told path by path.
struct BulkDelete {
    /// The most paths of one call.
    static let maxPaths = 1_000

    let call: Call

    private struct Failure {
        let path: String
        let status: Int
        let message: String
    }

    func run() async throws -> Answer {
        let paths = try call.body(PathsBody.self).paths
        guard paths.count <= Self.maxPaths else {
            throw APIError.badRequest("at most \(Self.maxPaths) paths can be deleted in one call")
        }
        let (repository, branch) = (try call.repository, try call.branch())
        var failures: [Failure] = []
        var allowed: [String] = []
        for path in paths {
            do {
                try call.require(.deleteObject, on: .object(repository, ObjectKey(path)))
                allowed.append(path)
            } catch let error as InvalidName {
                failures.append(Failure(path: path, status: 400, message: error.description))
            } catch let error as APIError {
                failures.append(Failure(path: path, status: error.status, message: error.message))
            }
        }
        // Who may delete none of them learns nothing about the branch.
        if !allowed.isEmpty || !failures.contains(where: { $0.status == 401 }) {
            failures += try await delete(allowed, repository, branch)
        }
        return answer(failures)
    }

    private func delete(
        _ paths: [String], _ repository: RepositoryName, _ branch: BranchName
    ) async throws(RPCError) -> [Failure] {
        do {
            let outcome = try await call.index(
                DeleteObjects.self,
                .init(repository: repository, branch: branch, paths: paths, force: call.flag("force")))
            return outcome.errors.map { error in
                let code = RPCError.Code(rawValue: error.code) ?? .internal
                let failure = APIError(RPCError(code, subject: "object", error.message))
                return Failure(path: error.path, status: failure.status, message: failure.message)
            }
        } catch {
            guard error.code == .forbidden else { throw error }
            // A rule of the branch or the repository: it holds for each path.
            return paths.map { Failure(path: $0, status: 403, message: error.message) }
        }
    }

    private func answer(_ failures: [Failure]) -> Answer {
        .object { writer in
            writer.key("errors")
            writer.array { writer in
                for failure in failures {
                    writer.object { writer in
                        writer.member("path", failure.path)
                        writer.member("status_code", failure.status)
                        writer.member("message", failure.message)
                    }
                }
            }
        }
    }
}

private struct PathsBody: Decodable {
    var paths: [String]
}
