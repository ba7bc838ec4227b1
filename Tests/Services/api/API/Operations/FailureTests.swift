import Testing
import Wire

@testable import API

@Suite("Failures of the services behind, in the words that clients look for")
struct FailureTests {
    @Test(
        "each code has a status, and its words are in the message once",
        arguments: [
            (RPCError(.notFound, subject: "repository", ""), 404, "repository not found"),
            (RPCError(.notFound, subject: "branch", "branch 'a' not found"), 404, "branch 'a' not found"),
            (RPCError(.notFound, subject: "object", "no such path"), 404, "object not found: no such path"),
            (RPCError(.noChanges, ""), 400, "no changes"),
            (RPCError(.noChanges, "commit: no changes"), 400, "commit: no changes"),
            (RPCError(.dirtyBranch, ""), 400, "uncommitted changes (dirty branch)"),
            (RPCError(.alreadyExists, subject: "repository", ""), 409, "error creating repository: not unique"),
            (RPCError(.alreadyExists, subject: "branch", ""), 409, "branch already exists"),
            (RPCError(.alreadyExists, subject: "tag", "v1"), 409, "tag already exists: v1"),
            (
                RPCError(.alreadyExists, subject: "namespace", ""), 400,
                "failed to create repository: storage namespace already in use"
            ),
            (RPCError(.conflict, ""), 409, "conflict found"),
            (RPCError(.preconditionFailed, ""), 412, "path already exists"),
            (RPCError(.forbidden, "cannot write to protected branch"), 403, "cannot write to protected branch"),
            (RPCError(.permissionDenied, "not yours"), 401, "not yours"),
            (RPCError(.invalidArgument, "bad"), 400, "bad"), (RPCError(.gone, "gone"), 410, "gone"),
            (RPCError(.resourceExhausted, "later"), 429, "later"), (RPCError(.notImplemented, "no"), 501, "no"),
            (RPCError(.internal, "secret detail"), 500, "internal error"),
            (RPCError(.corrupted, "secret detail"), 500, "internal error"),
            (
                RPCError(.outcomeUnknown, "x"), 503,
                "it is not known whether the change was made; look before trying again"
            ),
        ])
    func codes(error: RPCError, status: Int, message: String) {
        let failure = APIError(error)
        #expect(failure.status == status)
        #expect(failure.message == message)
    }
}
