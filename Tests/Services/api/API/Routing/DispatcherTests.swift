import Domain
import NIOCore
import NIOHTTP1
import Policy
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import API

/// Allows nothing.
private struct Nobody: Authorizer {
    func decide(
        _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
    ) -> Rights.Decision { .unmentioned }
}

@Suite("The order of checks")
struct DispatcherTests {
    private static func knowNothing(_ routes: inout RPCRoutes) {
        routes.on(GetRepository.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "") }
        routes.on(GetBranch.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "") }
    }

    private static func knowRepository(_ routes: inout RPCRoutes) {
        routes.on(GetRepository.self) { request, _, _ in try Samples.repository(request.name.string) }
        routes.on(GetBranch.self) { _, _, _ in throw RPCError(.notFound, subject: "branch", "") }
    }

    @Test(
        "route, then form, then credentials, then permission, then repository, then names",
        arguments: [
            // Unknown routes need no credentials.
            (HTTPMethod.GET, "/nothing", nil, false, 404, "invalid API endpoint"),
            (.GET, "//api/v2/repositories", nil, false, 404, "invalid API endpoint"),
            (.PATCH, "/repositories", nil, false, 404, "invalid API endpoint"),
            (.GET, "/repositories/", nil, false, 404, "invalid API endpoint"),
            (.GET, "/repositories/%zz", nil, false, 400, "malformed percent-encoding in the request target"),
            // A malformed request is told before its caller is asked for.
            (.GET, "/repositories?amount=x", nil, false, 400, "query parameter 'amount' must be a whole number"),
            (.GET, "/repositories/nope/refs/main/objects", nil, false, 400, "query parameter 'path' is missing"),
            (
                .GET, "/repositories/nope/refs/main/objects?path=", nil, false, 400,
                "query parameter 'path' may not be empty"
            ),
            (.POST, "/repositories/nope/branches", "{}", false, 400, "request body: 'name' is missing (at byte 2)"),
            (.POST, "/repositories/nope/branches", "", false, 400, "request body is missing"),
            (.POST, "/repositories/nope/pulls", "{}", false, 400, "request body: 'title' is missing (at byte 2)"),
            // No credentials: nothing is told of what is there.
            (.GET, "/repositories/nope/branches/main", nil, false, 401, "error authenticating request"),
            (.GET, "/repositories/NOPE/branches/main", nil, false, 401, "error authenticating request"),
            (.GET, "/repositories/nope/pulls", nil, false, 401, "error authenticating request"),
            // Then the repository, then names in it.
            (
                .GET, "/repositories/NOPE/branches/main", nil, true, 400,
                "invalid repository name: may hold lower-case letters, digits and hyphens, and begins with a letter or digit"
            ),
            (.GET, "/repositories/nope/branches/main", nil, true, 404, "repository not found"),
            (.GET, "/repositories/nope/branches/a.b", nil, true, 404, "repository not found"),
            (
                .POST, "/repositories/nope/branches", #"{"name":"a.b","source":"main"}"#, true, 404,
                "repository not found"
            ),
            (.GET, "/repositories/nope/actions/runs", nil, true, 501, "listRepositoryRuns is not implemented yet"),
        ] as [(HTTPMethod, String, String?, Bool, Int, String)])
    func order(
        method: HTTPMethod, target: String, json: String?, isAuthorized: Bool, status: Int, message: String
    ) async throws {
        let fixture = Fixture(index: Self.knowNothing)
        let answer = try await fixture.send(method, target, json: json, isAuthorized: isAuthorized)
        #expect(answer.status == status)
        #expect(answer.message == message)
        #expect(answer.header("Content-Type") == "application/json")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
    }

    @Test("a bad name in a repository that is there is 400")
    func names() async throws {
        let fixture = Fixture(index: Self.knowRepository)
        #expect(try await fixture.send(.GET, "/repositories/repo/branches/a.b").status == 400)
        #expect(try await fixture.send(.GET, "/repositories/repo/commits/a~x").status == 400)
        #expect(try await fixture.send(.GET, "/repositories/repo/branches/ab").status == 404)
    }

    @Test(
        "who may not is told so before anything is looked up",
        arguments: [
            (HTTPMethod.GET, "/repositories/repo/branches/main", nil, "fs:ReadBranch"),
            (.GET, "/repositories/repo/branches/a.b", nil, "fs:ReadBranch"),
            (.GET, "/repositories/repo/refs/main/objects?path=a", nil, "fs:ReadObject"),
            (.POST, "/repositories/repo/branches", #"{"name":"a.b","source":"main"}"#, "fs:CreateBranch"),
            (.POST, "/repositories", #"{"name":"repo","storage_namespace":"local://a"}"#, "fs:CreateRepository"),
            (.GET, "/repositories", nil, "fs:ListRepositories"),
            (.GET, "/repositories/repo/metadata", nil, "fs:ReadRepository"),
        ] as [(HTTPMethod, String, String?, String)])
    func permission(method: HTTPMethod, target: String, json: String?, action: String) async throws {
        let fixture = Fixture(authorizer: Nobody())
        let answer = try await fixture.send(method, target, json: json)
        #expect(answer.status == 401)
        #expect(answer.message == "insufficient permissions: not allowed to \(action)")
    }

    @Test("open operations ask nobody")
    func open() async throws {
        let fixture = Fixture(authorizer: Nobody(), auth: { _ in })
        #expect(try await fixture.send(.GET, "/healthcheck", isAuthorized: false).status == 204)
        #expect(try await fixture.send(.GET, "/auth/capabilities", isAuthorized: false).status == 200)
        #expect(try await fixture.send(.GET, "//_health", isAuthorized: false).status == 200)
        #expect(try await fixture.send(.GET, "//openapi.json", isAuthorized: false).status == 200)
        #expect(try await fixture.send(.GET, "/oidc/callback", isAuthorized: false).status == 501)
    }

    @Test("a body that is larger than a body may be is 413, and one of another type is 400")
    func bodies() async throws {
        let fixture = Fixture()
        let large = #"{"paths":["\#(String(repeating: "a", count: Dispatcher.maxJSONBytes))"]}"#
        let target = "/repositories/repo/branches/main/objects/delete"
        #expect(try await fixture.send(.POST, target, json: large).status == 413)
        for type in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let answer = try await fixture.send(.POST, target, headers: ["Content-Type": type], json: #"{"paths":[]}"#)
            #expect(answer.status == 400, "\(type)")
        }
    }

    @Test(
        "a credential that auth refuses is 401, and an auth that does not answer is 503",
        arguments: [
            (RPCError.Code.unauthenticated, 401, "error authenticating request"),
            (.unavailable, 503, "a service that is needed does not answer; try again"),
            (.deadlineExceeded, 503, "a service that is needed does not answer; try again"),
            (.internal, 500, "internal error"), (.resourceExhausted, 429, "slow down"),
        ] as [(RPCError.Code, Int, String)])
    func auth(code: RPCError.Code, status: Int, message: String) async throws {
        let fixture = Fixture(auth: { routes in
            routes.on(VerifySecret.self) { _, _, _ in throw RPCError(code, "slow down") }
        })
        let answer = try await fixture.send(.GET, "/config")
        #expect(answer.status == status)
        #expect(answer.message == message)
    }

    @Test("a verdict is asked for once, a refusal each time")
    func cache() async throws {
        let asked = Recorder<String>()
        let fixture = Fixture(auth: { routes in
            routes.on(VerifySecret.self) { request, _, _ in
                asked.note(request.accessKeyID)
                guard request.secretAccessKey == "secret" else { throw RPCError(.unauthenticated, "") }
                return Verified(principal: Principal(userID: "admin"), policies: [.everything])
            }
            routes.on(VerifyToken.self) { request, _, _ in
                asked.note(request.token)
                return Verified(principal: Principal(userID: "admin"), policies: [.everything])
            }
        })
        for _ in 0..<3 { #expect(try await fixture.send(.GET, "/config").status == 200) }
        #expect(asked.all == ["key"])
        for _ in 0..<2 {
            let answer = try await fixture.send(
                .GET, "/config", headers: ["Authorization": "Basic a2V5Ong="], isAuthorized: false)
            #expect(answer.status == 401)
        }
        #expect(asked.all == ["key", "key", "key"])
        for _ in 0..<2 {
            _ = try await fixture.send(
                .GET, "/config", headers: ["Cookie": "internal_auth_session=tok"], isAuthorized: false)
        }
        #expect(asked.all == ["key", "key", "key", "tok"])
    }

    @Test("a client that goes away while it sends gets no answer")
    func gone() async throws {
        let fixture = Fixture()
        let request = IncomingRequest(
            method: .POST, target: "/api/v1/repositories", headers: Fixture.authorized, contentLength: 10,
            body: BufferedBody([], failure: .clientGone), traceParent: "")
        #expect(await fixture.handler.answer(request, path: "/api/v1/repositories").answer == nil)
    }
}
