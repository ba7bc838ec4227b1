import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let mergePath = "/repositories/{repository}/refs/{sourceRef}/merge/{destinationBranch}"

    static let merges: [Route] = [
        Route(
            "mergeIntoBranch", .POST, mergePath, .refs, "Merges a reference into a branch.",
            body: .json(Schemas.merge, isRequired: false),
            replies: [
                .json(200, Schemas.mergeResult, "The merge commit."),
                .json(409, Schemas.mergeResult, "Both sides changed a path in different ways."),
            ],
            access: .needs(.createCommit, on: .branch("destinationBranch")), patience: .long
        ) { call in try await merge(call) },
        Route(
            "findMergeBase", .GET, mergePath, .refs, "Finds what a merge would start from.",
            replies: [.json(200, Schemas.mergeBase, "The three commits.")],
            access: .needs(.listCommits, on: .repository)
        ) { call in
            let base = try await call.index(
                FindMergeBase.self,
                .init(
                    repository: call.repository, source: call.reference("sourceRef"),
                    destination: call.reference("destinationBranch")))
            return .object { writer in
                writer.member("source_commit_id", base.source.string)
                writer.member("destination_commit_id", base.destination.string)
                writer.member("base_commit_id", base.base.string)
            }
        },
        Route(
            "diffRefs", .GET, "/repositories/{repository}/refs/{leftRef}/diff/{rightRef}", .refs,
            "Compares two references.",
            parameters: Parameter.page + [
                .delimiter,
                .query(
                    "type", .oneOf("two_dot", "three_dot"),
                    "The two trees, or what the right side changed since the merge base.", default: "\"three_dot\""),
                .flag("include_right_stats", "Add what is known of the right side's objects."),
            ],
            replies: [.json(200, Schemas.diffList, "A page of changes.")],
            access: .needs(.listObjects, on: .listing("prefix")), patience: .long
        ) { call in
            let list = try await call.index(
                DiffRefs.self,
                .init(
                    repository: call.repository, left: call.reference("leftRef"), right: call.reference("rightRef"),
                    type: DiffType(rawValue: call.text("type")) ?? .threeDot, range: call.page,
                    delimiter: call.text("delimiter"), includesRight: call.flag("include_right_stats")))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.path.utf8)
            } write: {
                $0.row($1)
            }
        },
        Route(
            "revertBranch", .POST, "/repositories/{repository}/branches/{branch}/revert", .branches,
            "Undoes a commit by another.", body: .json(Schemas.revertCreation), replies: [.empty(204, "Undone.")],
            access: .needs(.revertBranch, on: .branch("branch")), patience: .long
        ) { call in
            let body = try call.body(RevertBody.self)
            let request = try RevertCommit.Request(
                repository: call.repository, branch: call.branch(), reference: RefExpression(body.ref),
                parentNumber: body.parentNumber, message: body.commitOverrides?.nonEmptyMessage,
                metadata: body.commitOverrides?.metadata ?? [:], allowsEmpty: body.allowEmpty ?? false,
                force: body.force ?? false)
            guard body.parentNumber >= 0 else { throw APIError.badRequest("invalid parent number") }
            _ = try await call.index(RevertCommit.self, request)
            return .noContent
        },
        Route(
            "cherryPick", .POST, "/repositories/{repository}/branches/{branch}/cherry-pick", .branches,
            "Applies the change of a commit to a branch.", body: .json(Schemas.cherryPickCreation),
            replies: [.json(201, Schemas.commit, "The new commit.")],
            access: .needs(.createCommit, on: .branch("branch")), patience: .long
        ) { call in
            let body = try call.body(CherryPickBody.self)
            let request = try CherryPick.Request(
                repository: call.repository, branch: call.branch(), reference: RefExpression(body.ref),
                parentNumber: body.parentNumber, message: body.commitOverrides?.nonEmptyMessage,
                metadata: body.commitOverrides?.metadata, force: body.force ?? false)
            if let number = body.parentNumber, number < 1 { throw APIError.badRequest("invalid parent number") }
            let commit = try await call.index(CherryPick.self, request)
            return .one(201) { $0.row(commit) }
        },
    ]

    private static func merge(_ call: Call) async throws -> Answer {
        let request = try mergeRequest(call)
        do {
            return try await carryOut(request, call)
        } catch let error as RPCError where error.code == .conflict {
            // Clients tell a merge conflict by this body.
            return .object(409) { $0.member("reference", "") }
        }
    }

    private static func carryOut(_ request: MergeBranch.Request, _ call: Call) async throws -> Answer {
        let commit = try await call.index(MergeBranch.self, request)
        return .object { $0.member("reference", commit.id.string) }
    }

    static func mergeRequest(_ call: Call) throws -> MergeBranch.Request {
        let body = try call.body(MergeBody.self)
        return try MergeBranch.Request(
            repository: call.repository, source: call.reference("sourceRef"),
            destination: call.branch("destinationBranch"),
            message: body.message.flatMap { $0.isEmpty ? nil : $0 }, metadata: body.metadata ?? [:],
            strategy: body.strategy.flatMap(MergeStrategy.named), resolutions: body.resolutions ?? [],
            ifDestination: body.ifDestination.map { try CommitID($0) }, squashes: body.squashMerge ?? false,
            allowsEmpty: body.allowEmpty ?? false, force: body.force ?? false)
    }
}

private struct MergeBody: Decodable {
    var message: String?
    var metadata: [String: String]?
    var strategy: String?
    var force: Bool?
    var allowEmpty: Bool?
    var squashMerge: Bool?
    var resolutions: [ConflictResolution]?
    var ifDestination: String?
}

extension MergeStrategy {
    /// Nil for no name at all.
    static func named(_ name: String) throws(APIError) -> MergeStrategy? {
        guard !name.isEmpty else { return nil }
        guard let known = MergeStrategy(rawValue: name) else {
            throw .badRequest("invalid merge strategy '\(name)'")
        }
        return known
    }
}

private struct Overrides: Decodable {
    var message: String?
    var metadata: [String: String]?

    var nonEmptyMessage: String? { message.flatMap { $0.isEmpty ? nil : $0 } }
}

private struct RevertBody: Decodable {
    var ref: String
    var parentNumber: Int
    var commitOverrides: Overrides?
    var allowEmpty: Bool?
    var force: Bool?
}

private struct CherryPickBody: Decodable {
    var ref: String
    var parentNumber: Int?
    var commitOverrides: Overrides?
    var force: Bool?
}
