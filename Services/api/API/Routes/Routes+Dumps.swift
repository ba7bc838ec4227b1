import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let taskID = Parameter.required("task_id", .string, "What the submission answered.")
    private static let mayDump = Access.needs([
        Need(.listTags, on: .repository), Need(.listBranches, on: .repository), Need(.listCommits, on: .repository),
    ])
    private static let mayRestore = Access.needs([
        Need(.createTag, on: .repository), Need(.createBranch, on: .repository), Need(.createCommit, on: .repository),
        Need(.writeObject, on: .everyObject),
    ])

    /// Branches, tags, commits and their trees, to the object store and back.
    static let dumps: [Route] = [
        Route(
            "dumpRefs", .PUT, "/repositories/{repository}/refs/dump", .internal,
            "Writes all references to the store, and waits for it.",
            replies: [.json(201, Schemas.refsDump, "Where they are.")], access: mayDump, patience: .long
        ) { call in
            let ticket = try await call.index(SubmitDump.self, .init(repository: call.repository))
            let references = try await finished(.dumpRefs, ticket, call).references
            return .one(201) { $0.row(references) }
        },
        Route(
            "restoreRefs", .PUT, "/repositories/{repository}/refs/restore", .internal,
            "Reads references from the store into a bare repository, and waits for it.",
            body: .json(Schemas.refsRestore), replies: [.empty(200, "Restored.")], access: mayRestore, patience: .long
        ) { call in
            _ = try await finished(.restoreRefs, submitRestore(call), call)
            return Answer(200)
        },
        Route(
            "dumpSubmit", .POST, "/repositories/{repository}/dump", .repositories,
            "Begins to write all references to the store.", replies: [.json(202, Schemas.task, "Begun.")],
            access: mayDump
        ) { call in
            let ticket = try await call.index(SubmitDump.self, .init(repository: call.repository))
            return .object(202) { $0.member("id", ticket.id) }
        },
        Route(
            "dumpStatus", .GET, "/repositories/{repository}/dump", .repositories, "Tells how a dump goes.",
            parameters: [taskID], replies: [.json(200, Schemas.dumpStatus, "The state.")], access: mayDump
        ) { call in try await status(.dumpRefs, call) },
        Route(
            "restoreSubmit", .POST, "/repositories/{repository}/restore", .repositories,
            "Begins to read references from the store into a bare repository.", body: .json(Schemas.refsRestore),
            replies: [.json(202, Schemas.task, "Begun.")], access: mayRestore
        ) { call in
            let ticket = try await submitRestore(call)
            return .object(202) { $0.member("id", ticket.id) }
        },
        Route(
            "restoreStatus", .GET, "/repositories/{repository}/restore", .repositories, "Tells how a restore goes.",
            parameters: [taskID], replies: [.json(200, Schemas.restoreStatus, "The state.")], access: mayRestore
        ) { call in try await status(.restoreRefs, call) },
    ]

    /// A dump that somebody else could have written must not lead to objects that the caller could not import.
    private static func submitRestore(_ call: Call) async throws -> TaskTicket {
        let body = try call.body(RestoreBody.self)
        return try await call.index(
            SubmitRestore.self,
            .init(
                repository: call.repository,
                references: DumpedIDs(
                    commits: body.commitsMetaRangeId, tags: body.tagsMetaRangeId, branches: body.branchesMetaRangeId),
                allowsForeignObjects: call.allows(.importFromStorage, on: .all), force: body.force ?? false))
    }

    private static func status(_ kind: JobKind, _ call: Call) async throws -> Answer {
        let task = try await call.index(
            GetTask.self, .init(repository: call.repository, kind: kind, id: call.text("task_id")))
        let references = try task.result.map { _ in try task.references }
        return .object { writer in
            writer.member("id", task.id)
            writer.member("done", task.isDone)
            writer.member("update_time", Timestamp.text(seconds: task.changed.seconds))
            if let error = task.error { writer.member("error", error) }
            if let references {
                writer.key("refs")
                writer.row(references)
            }
        }
    }

    /// Waits for a task to end.
    /// - Throws: `APIError` 400 with the reason where it failed, 503 where it takes too long: it goes on.
    private static func finished(_ kind: JobKind, _ ticket: TaskTicket, _ call: Call) async throws -> TaskState {
        var pause = Duration.milliseconds(50)
        while .now < call.deadline - .seconds(5) {
            let task = try await call.index(
                GetTask.self, .init(repository: call.repository, kind: kind, id: ticket.id))
            if task.isDone {
                if let error = task.error { throw APIError.badRequest(error) }
                return task
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
        throw APIError(503, "it goes on as task \(ticket.id)")
    }
}

private struct RestoreBody: Decodable {
    var commitsMetaRangeId: String
    var tagsMetaRangeId: String
    var branchesMetaRangeId: String
    var force: Bool?
}

extension TaskState {
    /// What a dump that is done came to.
    fileprivate var references: DumpedIDs {
        get throws {
            guard let result, let references = try? DumpedIDs(jsonBytes: Array(result.utf8)) else {
                throw APIError(500, "internal error")
            }
            return references
        }
    }
}

extension JSONWriter {
    fileprivate mutating func row(_ references: DumpedIDs) {
        object { writer in
            writer.member("commits_meta_range_id", references.commits)
            writer.member("tags_meta_range_id", references.tags)
            writer.member("branches_meta_range_id", references.branches)
        }
    }
}
