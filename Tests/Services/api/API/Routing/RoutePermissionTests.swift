import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Policy
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import API

/// Allows everything, and notes what it is asked for.
private struct Noting: Authorizer {
    let asked = Recorder<Permission>()

    func decide(
        _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
    ) -> Rights.Decision {
        asked.note(permission)
        return .allowed
    }
}

/// A service that notes what it is asked before it answers.
private struct NotedPeer: RPCCalling {
    let peer: RPCDouble
    let asked: Recorder<String>

    func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request, _ context: CallContext
    ) async throws(RPCError) -> Method.Response {
        asked.note(Method.name)
        return try await peer.call(method, request, context)
    }
}

/// Every route, asked by users with all kinds of rights: what is asked for comes from the routes, so that none is forgotten.
@Suite("Who may do what over REST")
struct RoutePermissionTests {
    /// A request for an operation.
    private struct Request: CustomTestStringConvertible, Sendable {
        let route: Route
        /// What it needs beyond what its route says.
        var extra: Set<Action> = []
        var query = ""

        var testDescription: String { "\(route.operation)\(query)" }

        /// What a pull request merges into is known only when it has been read.
        func index(_ routes: inout RPCRoutes) {
            guard route.operation == "mergePullRequest" else { return }
            routes.on(GetRepository.self) { request, _, _ in try Samples.repository(request.name.string) }
            routes.on(GetPull.self) { request, _, _ in
                PullRequest(
                    id: request.id, state: .open, title: "t", text: "", author: "ada", source: try BranchName("dev"),
                    destination: try BranchName("main"), created: 0)
            }
        }

        var needs: Set<Action> { Set(route.access.needs.map(\.action)).union(extra) }

        var target: String {
            let path = route.template.elements.map { element in
                switch element {
                case .literal(let text): "/\(text)"
                case .parameter(let name): "/\(RoutePermissionTests.values[name] ?? "x")"
                }
            }.joined()
            let required = route.parameters.filter { $0.location == .query && $0.isRequired }.map { parameter in
                "\(parameter.name)=\(RoutePermissionTests.values[parameter.name] ?? "1")"
            }
            let query = (required + (query.isEmpty ? [] : [query])).joined(separator: "&")
            return query.isEmpty ? path : "\(path)?\(query)"
        }
    }

    private static let id = String(repeating: "a", count: 64)

    /// What parameters are called with.
    private static let values = [
        "repository": "repo", "branch": "main", "ref": "main", "sourceRef": "dev", "destinationBranch": "main",
        "leftRef": "main", "rightRef": "dev", "tag": "v1", "commitId": "main", "path": "p/q", "dest_path": "p/r",
        "type": "range", "object_id": id, "range": id, "meta_range": id, "userId": "ada", "groupId": "g",
        "policyId": "p", "accessKeyId": "AKIA", "partNumber": "1", "principalId": "x",
        "pull_request": "0123456789abcdefghij", "action": "fs:ReadObject", "resource": "*",
    ]

    private static let address = "local://repo/data/1/2"
    private static let dumped =
        #"{"commits_meta_range_id":"\#(id)","tags_meta_range_id":"\#(id)","branches_meta_range_id":"\#(id)"}"#
    private static let policy = #"{"id":"p","statement":[{"effect":"allow","action":["fs:*"],"resource":"*"}]}"#

    /// The bodies of those that need one. Without it, a new operation is answered 400, and fails below.
    private static let bodies = [
        "createRepository": #"{"name":"repo","storage_namespace":"local://a/b"}"#,
        "setRepositoryMetadata": #"{"metadata":{"k":"v"}}"#, "deleteRepositoryMetadata": #"{"keys":["k"]}"#,
        "setBranchProtectionRules": #"[{"pattern":"m*"}]"#,
        "internalCreateBranchProtectionRule": #"{"pattern":"m*"}"#,
        "internalDeleteBranchProtectionRule": #"{"pattern":"m*"}"#,
        "createBranch": #"{"name":"new","source":"main"}"#, "resetBranch": #"{"type":"reset"}"#,
        "createTag": #"{"id":"v2","ref":"main"}"#, "commit": #"{"message":"m"}"#,
        "CreateCommitRecord":
            #"{"commit_id":"\#(id)","version":1,"committer":"bob","message":"m","metarange_id":"\#(id)","creation_date":17,"parents":["\#(id)"],"metadata":{},"generation":4}"#,
        "restoreRefs": dumped, "restoreSubmit": dumped, "revertBranch": #"{"ref":"dev","parent_number":0}"#,
        "cherryPick": #"{"ref":"dev"}"#, "replayBranch": #"{"onto":"dev"}"#,
        "stageObject": #"{"physical_address":"\#(address)","checksum":"ab","size_bytes":1}"#,
        "deleteObjects": #"{"paths":["p/q"]}"#, "copyObject": #"{"src_path":"p/s"}"#,
        "updateObjectUserMetadata": #"{"set":{}}"#,
        "linkPhysicalAddress": #"{"staging":{"physical_address":"\#(address)"},"checksum":"ab","size_bytes":1}"#,
        "completePresignMultipartUpload":
            #"{"physical_address":"\#(address)","parts":[{"part_number":1,"etag":"a"}]}"#,
        "abortPresignMultipartUpload": #"{"physical_address":"\#(address)"}"#,
        "uploadPart": #"{"physical_address":"\#(address)"}"#,
        "uploadPartCopy":
            #"{"physical_address":"\#(address)","copy_source":{"repository":"repo","ref":"main","path":"p/s"}}"#,
        "createUser": #"{"id":"bob"}"#, "createGroup": #"{"id":"h"}"#, "setGroupACL": #"{"permission":"Read"}"#,
        "createPolicy": policy, "updatePolicy": policy, "setPassword": #"{"password":"a long password"}"#,
        "createPullRequest": #"{"title":"t","source_branch":"dev","destination_branch":"main"}"#,
        "updatePullRequest": #"{"title":"t"}"#, "commitAsync": #"{"message":"m"}"#,
    ]

    private static let requests: [Request] = {
        let built = Routes.all.filter { $0.handler != nil && !$0.access.needs.isEmpty }
        let variants: [(operation: String, query: String, extra: Set<Action>)] = [
            ("commit", "source_metarange=\(id)", [.writeObject, .deleteObject]),
            ("commitAsync", "source_metarange=\(id)", [.writeObject, .deleteObject]),
        ]
        return built.map { Request(route: $0) }
            + variants.compactMap { variant in
                built.first { $0.operation == variant.operation }.map {
                    Request(route: $0, extra: variant.extra, query: variant.query)
                }
            }
    }()

    /// An API whose user has these policies.
    private struct Subject {
        let fixture: Fixture
        /// What index and auth were asked, but for who the user is.
        let asked: Recorder<String>

        init(
            _ statements: [PolicyStatement] = [], authorizer: any Authorizer = PolicyAuthorizer(),
            index: (inout RPCRoutes) -> Void = { _ in }
        ) {
            let asked = Recorder<String>()
            self.asked = asked
            fixture = Fixture(
                authorizer: authorizer, index: index,
                auth: { routes in
                    routes.on(VerifySecret.self) { _, _, _ in
                        Verified(
                            principal: Principal(userID: "ada"),
                            policies: [PolicyDocument(id: "p", statement: statements)])
                    }
                }, wrap: { NotedPeer(peer: $0, asked: asked) })
        }

        func send(_ request: Request, clientAddress: String? = nil) async throws -> Answer {
            try await fixture.send(
                request.route.method, request.target, json: RoutePermissionTests.bodies[request.route.operation],
                clientAddress: clientAddress)
        }

        /// What could have changed something.
        var changes: [String] {
            asked.all.filter { ![VerifySecret.name, GetRepository.name, GetPull.name].contains($0) }
        }
    }

    private static func statement(
        _ effect: String, _ actions: some Sequence<Action>, on resource: String = "*"
    ) -> PolicyStatement {
        PolicyStatement(effect: effect, action: actions.map(\.rawValue), resource: resource)
    }

    @Test("an operation asks for all that its route says", arguments: requests)
    private func asked(request: Request) async throws {
        let authorizer = Noting()
        let answer = try await Subject(authorizer: authorizer, index: request.index).send(request)
        #expect(answer.status != 401)
        #expect(Set(authorizer.asked.all.map(\.action)).isSuperset(of: request.needs), "\(answer.message)")
    }

    @Test("it is refused to who may do all but one of that, and nothing changes", arguments: requests)
    private func refused(request: Request) async throws {
        for action in request.needs {
            for (statements, message) in [
                ([Self.statement("allow", Set(Action.allCases).subtracting([action]))], "not allowed to"),
                (
                    [Self.statement("allow", Action.allCases), Self.statement("deny", [action])],
                    "denied permission to"
                ),
            ] {
                let subject = Subject(statements, index: request.index)
                let answer = try await subject.send(request)
                let expected = "insufficient permissions: \(message) \(action.rawValue)"
                if request.route.operation == "deleteObjects" {
                    // Its paths are refused one by one.
                    #expect(answer.status == 200)
                    #expect(answer.text.contains(#""status_code":401"#) && answer.text.contains(expected))
                } else {
                    #expect(answer.status == 401, "without \(action.rawValue)")
                    if request.route.method != .HEAD { #expect(answer.message == expected) }
                }
                #expect(subject.changes.isEmpty, "without \(action.rawValue)")
                let files = try await subject.fixture.store.list(
                    ObjectListRequest(StorageNamespace("local://repo"), rows: 10))
                #expect(files.objects.isEmpty && files.folders.isEmpty)
            }
        }
    }

    @Test("it goes on for who may do that and nothing else", arguments: requests)
    private func allowed(request: Request) async throws {
        let authorizer = Noting()
        _ = try await Subject(authorizer: authorizer, index: request.index).send(request)
        let permissions = Set(authorizer.asked.all.filter { request.needs.contains($0.action) })
        let subject = Subject(
            permissions.map { Self.statement("allow", [$0.action], on: $0.resource.description) }, index: request.index)
        let answer = try await subject.send(request)
        #expect(answer.status != 401, "\(answer.message)")
        #expect(!answer.text.contains(#""status_code":401"#))
    }

    private static let listings: [Request] = requests.flatMap { request in
        request.route.access.needs.compactMap { need in
            switch need.target {
            case .listing(let name), .listings(let name): Request(route: request.route, query: name)
            default: nil
            }
        }
    }

    @Test("who may list a prefix lists what is below it, and nothing else", arguments: listings)
    private func prefix(listing: Request) async throws {
        let others = listing.needs.subtracting([.listObjects])
        let allow = Self.statement("allow", [.listObjects], on: "arn:lakefs:fs:::repository/repo/object/logs/*")
        let deny = Self.statement("deny", [.listObjects], on: "arn:lakefs:fs:::repository/repo/object/logs/2*")
        for (statements, prefix, isAllowed) in [
            ([allow], "logs/", true), ([allow], "logs/2026", true), ([allow], "logs", false), ([allow], "l", false),
            ([allow], "", false), ([allow], "other/", false), ([allow, deny], "logs/", false),
            ([allow, deny], "logs/1", true), ([allow, deny], "logs/2026", false),
            ([Self.statement("allow", [.listObjects], on: "arn:lakefs:fs:::repository/repo")], "any/", true),
            ([Self.statement("allow", [.listObjects], on: "arn:lakefs:fs:::repository/repo/object/*")], "", true),
            ([Self.statement("allow", [.listObjects], on: "arn:lakefs:fs:::repository/other")], "any/", false),
        ] {
            let subject = Subject(statements + [Self.statement("allow", others)])
            let request = Request(route: listing.route, query: "\(listing.query)=\(prefix)")
            let answer = try await subject.send(request)
            #expect((answer.status != 401) == isAllowed, "\(prefix): \(answer.message)")
            if !isAllowed { #expect(subject.changes.isEmpty) }
        }
    }

    @Test("every prefix that a count is asked for must be covered")
    func counts() async throws {
        let subject = Subject([
            Self.statement("allow", [.listObjects], on: "arn:lakefs:fs:::repository/repo/object/logs/*")
        ])
        let path = "/repositories/repo/refs/main/objects/summary"
        for (query, isAllowed) in [
            ("?prefixes=logs/1&prefixes=logs/2", true), ("?prefixes=logs/1&prefixes=other", false),
            ("?prefixes=logs/1&prefixes=", false), ("", false),
        ] {
            #expect((try await subject.fixture.send(.GET, path + query).status != 401) == isAllowed, "\(query)")
        }
    }

    @Test("a node of a tree, a tree to commit and a dump to restore need rights to every object")
    func wholeTrees() async throws {
        for request in Self.requests {
            let whole = request.needs.intersection([.readObject, .listObjects, .writeObject, .deleteObject])
            let isWhole =
                !request.extra.isEmpty
                || request.route.access.needs.contains { if case .everyObject = $0.target { true } else { false } }
            guard isWhole else { continue }
            for (resource, isAllowed) in [
                ("arn:lakefs:fs:::repository/repo/object/a*", false), ("arn:lakefs:fs:::repository/repo", false),
                ("arn:lakefs:fs:::repository/repo/object/*", true), ("arn:lakefs:fs:::repository/r*", true),
            ] {
                let subject = Subject([
                    Self.statement("allow", request.needs.subtracting(whole)),
                    Self.statement("allow", whole, on: resource),
                ])
                let answer = try await subject.send(request)
                #expect((answer.status != 401) == isAllowed, "\(request.route.operation) on \(resource)")
            }
        }
    }

    @Test("a list shows the repositories that may be seen, page by page")
    func repositories() async throws {
        let names = (100..<400).map { "r\($0)" }
        let visible = names.filter { $0.hasSuffix("7") }
        let subject = Subject(
            [Self.statement("allow", [.listRepositories], on: "arn:lakefs:fs:::repository/r??7")],
            index: { routes in
                routes.on(ListRepositories.self) { request, _, _ in
                    let found = names.filter { $0 > request.range.after }
                    return Listed(
                        results: try found.prefix(request.range.amount).map { try Samples.repository($0) },
                        hasMore: found.count > request.range.amount)
                }
            })
        struct Page: Decodable {
            struct Pagination: Decodable {
                var hasMore: Bool
                var nextOffset: String
                var results: Int
            }
            struct Row: Decodable { var id: String }
            var pagination: Pagination
            var results: [Row]
        }
        for amount in [1, 7, 29, 30, 31, 1_000] {
            var (found, after): ([String], String) = ([], "")
            while true {
                let answer = try await subject.fixture.send(.GET, "/repositories?amount=\(amount)&after=\(after)")
                let page: Page = try answer.decoded()
                #expect(page.pagination.results == page.results.count)
                #expect(page.pagination.hasMore == (found.count + page.results.count < visible.count))
                #expect(!page.pagination.hasMore || page.results.count == amount)
                found += page.results.map(\.id)
                guard page.pagination.hasMore, found.count <= visible.count else { break }
                after = page.pagination.nextOffset
            }
            #expect(found == visible)
        }
        let nobody = try await Subject().fixture.send(.GET, "/repositories")
        #expect(nobody.status == 401)
    }

    @Test("conditions look at the client's address")
    func circumstances() async throws {
        let route = try #require(Self.requests.first { $0.route.operation == "getRepository" })
        let subject = Subject([
            PolicyStatement(
                effect: "allow", action: ["fs:*"], resource: "*",
                condition: ["IpAddress": ["SourceIp": ["10.1.0.0/16"]]])
        ])
        for (address, isAllowed) in [("10.1.2.3", true), ("10.2.2.3", false), (nil, false)] as [(String?, Bool)] {
            let answer = try await subject.send(route, clientAddress: address)
            #expect((answer.status != 401) == isAllowed)
        }
    }
}
