import Domain
import Wire

/// The index answers with the errors of the calls themselves.
extension RPCError {
    static let repositoryNotFound = RPCError(.notFound, subject: "repository", "repository not found")
    static let branchNotFound = RPCError(.notFound, subject: "branch", "branch not found")
    static let deletedBranchNotFound = RPCError(
        .notFound, subject: "branch", "branch not found: none of this name was deleted")
    static let deletedTagNotFound = RPCError(.notFound, subject: "tag", "tag not found: none of this name was deleted")
    static let tagNotFound = RPCError(.notFound, subject: "tag", "tag not found")
    static let commitNotFound = RPCError(.notFound, subject: "commit", "commit not found")
    static let objectNotFound = RPCError(.notFound, subject: "object", "object not found")
    static let uploadNotFound = RPCError(.notFound, subject: "upload", "upload not found")
    static let nodeNotFound = RPCError(.notFound, subject: "metarange", "metadata object not found")
    static let taskNotFound = RPCError(.notFound, subject: "task", "task not found")
    static let pullNotFound = RPCError(.notFound, subject: "pull", "pull request not found")
    static let badPullState = RPCError(.invalidArgument, subject: "pull", "bad pull request status")
    static let notBare = RPCError(
        .invalidArgument, subject: "repository", "can only restore into a bare repository")
    static let jobNotFound = RPCError(.notFound, subject: "job", "job not found")
    static let readOnly = RPCError(.forbidden, subject: "repository", "read-only repository")
    static let protectedFromWrites = RPCError(.forbidden, subject: "branch", "cannot write to protected branch")
    static let protectedFromCommits = RPCError(.forbidden, subject: "branch", "cannot commit to protected branch")
    static let otherRepository = RPCError(
        .conflict, subject: "repository", "the repository is another than the one written to")
    static let noChanges = RPCError(.noChanges, "no changes")
    static let dirtyBranch = RPCError(.dirtyBranch, subject: "branch", "uncommitted changes (dirty branch)")
    static let branchMoved = RPCError(
        .preconditionFailed, subject: "branch", "the destination's head is another than the one expected")
    static let preconditionFailed = RPCError(.preconditionFailed, subject: "object", "Precondition failed")
    static let holdsObjects = RPCError(.preconditionFailed, subject: "objects", "the repository shows objects")
    static let holdsUploads = RPCError(
        .preconditionFailed, subject: "uploads", "the repository has uploads in progress")
    static let holdsHistory = RPCError(.preconditionFailed, subject: "history", "the repository has commits or tags")
    static let leaseLost = RPCError(.conflict, subject: "job", "the lease was lost")

    static func referenceNotFound(_ reference: RefExpression) -> RPCError {
        RPCError(.notFound, subject: "reference", "reference '\(reference)' not found")
    }

    static func invalid(_ subject: String, _ message: String) -> RPCError {
        RPCError(.invalidArgument, subject: subject, message)
    }

    /// A value read back from the database that breaks its own rule.
    static func corrupted(_ what: String) -> RPCError { RPCError(.corrupted, "stored \(what) is corrupt") }
}
