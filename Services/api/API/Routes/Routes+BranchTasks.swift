import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let commitsPath = "/repositories/{repository}/branches/{branch}/commits"
    private static let taskID = Parameter.required("id", .string, "What the submission answered.")

    /// Commits and merges that go on without their caller, for changes so large that its time, or a balancer's, would be over.
    static let branchTasks: [Route] = [
        Route(
            "commitAsync", .POST, commitsPath + "/async", .tarn, "Begins to commit what is staged on a branch.",
            parameters: [sourceMetaRange], body: .json(Schemas.commitCreation),
            replies: [.json(202, Schemas.taskCreation, "Begun.")], access: .needs(.createCommit, on: .branch("branch"))
        ) { call in
            let ticket = try await call.index(SubmitCommit.self, .init(commitRequest(call)))
            return .object(202) { $0.member("id", ticket.id) }
        },
        Route(
            "commitStatus", .GET, commitsPath + "/status", .tarn, "Tells how a commit goes.", parameters: [taskID],
            replies: [.json(200, Schemas.commitStatus, "The state.")],
            access: .needs(.createCommit, on: .branch("branch"))
        ) { call in
            try await status(.commitBranch, call) { writer, commit in writer.row(commit) }
        },
        Route(
            "mergeIntoBranchAsync", .POST, mergePath + "/async", .tarn, "Begins to merge a reference into a branch.",
            body: .json(Schemas.merge, isRequired: false), replies: [.json(202, Schemas.taskCreation, "Begun.")],
            access: .needs(.createCommit, on: .branch("destinationBranch"))
        ) { call in
            let ticket = try await call.index(SubmitMerge.self, .init(mergeRequest(call)))
            return .object(202) { $0.member("id", ticket.id) }
        },
        Route(
            "mergeIntoBranchStatus", .GET, mergePath + "/status", .tarn, "Tells how a merge goes.",
            parameters: [taskID], replies: [.json(200, Schemas.mergeStatus, "The state.")],
            access: .needs(.createCommit, on: .branch("destinationBranch"))
        ) { call in
            try await status(.mergeBranch, call) { writer, commit in
                writer.object { writer in writer.member("reference", commit.id.string) }
            }
        },
    ]

    private static func status(
        _ kind: JobKind, _ call: Call, _ write: (inout JSONWriter, Commit) -> Void
    ) async throws -> Answer {
        let task = try await call.index(
            GetTask.self, .init(repository: call.repository, kind: kind, id: call.text("id")))
        let outcome = try task.result.map { try BranchTaskOutcome(jsonBytes: Array($0.utf8)) }
        // Without an outcome it was given up.
        let error = outcome?.error.map { APIError($0) } ?? task.error.map { APIError(500, $0) }
        return .object { writer in
            writer.member("task_id", task.id)
            writer.member("completed", task.isDone)
            writer.member("update_time", Timestamp.text(seconds: task.changed.seconds))
            if let commit = outcome?.commit {
                writer.key("result")
                write(&writer, commit)
            }
            if let error {
                writer.key("error")
                writer.object { writer in writer.member("message", error.message) }
                writer.member("status_code", Int64(error.status))
            }
        }
    }
}
