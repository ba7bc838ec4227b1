import JSONCodec
import NIOHTTP1
import Policy
import ServiceKit
import Testing
import Wire

@testable import API

@Suite("Users, groups, policies and keys over REST")
struct DirectoryOperationTests {
    private func fixture(_ more: @escaping (inout RPCRoutes) -> Void) -> Fixture {
        Fixture(auth: { routes in
            Fixture.acceptTheKey(&routes)
            more(&routes)
        })
    }

    private static let document = PolicyDocument(
        id: "p",
        statement: [
            PolicyStatement(
                effect: "deny", action: ["fs:Read*"], resource: "*",
                condition: ["NotIpAddress": ["SourceIp": ["10.0.0.0/8", "::1"]]])
        ])
    private static let documentJSON = """
        {"effect":"deny","resource":"*","action":["fs:Read*"],\
        "condition":{"NotIpAddress":{"SourceIp":["10.0.0.0/8","::1"]}}}
        """

    @Test("a page of each list")
    func pages() async throws {
        let ranges = Recorder<ListRange>()
        let fixture = fixture { routes in
            routes.on(ListUsers.self) { request, _, _ in
                ranges.note(request.range)
                return Listed(results: [User(id: "a", created: 1), User(id: "ü", created: 2)], hasMore: true)
            }
            routes.on(ListGroups.self) { request, _, _ in
                ranges.note(request.range)
                #expect(request.userID == nil || request.userID == "u/v")
                return Listed(results: [Group(id: "g", description: "d", created: 1)], hasMore: false)
            }
            routes.on(ListGroupMembers.self) { request, _, _ in
                ranges.note(request.range)
                return Listed(results: [User(id: request.groupID, created: 1)], hasMore: false)
            }
            routes.on(ListPolicies.self) { request, _, _ in
                ranges.note(request.range)
                return Listed(results: [KeptPolicy(document: Self.document, created: 3)], hasMore: false)
            }
            routes.on(ListCredentials.self) { request, _, _ in
                ranges.note(request.range)
                return Listed(
                    results: [
                        Credential(accessKeyID: "A", created: 4, name: "n", expires: 5, lastUsed: 6),
                        Credential(accessKeyID: "B", created: 7),
                    ], hasMore: false)
            }
        }
        let users = try await fixture.send(.GET, "/auth/users?prefix=p&after=a%2Fb&amount=2")
        #expect(
            users.text == """
                {"pagination":{"has_more":true,"next_offset":"ü","results":2,"max_per_page":1000},\
                "results":[{"id":"a","creation_date":1},{"id":"ü","creation_date":2}]}
                """)
        #expect(ranges.last == ListRange(prefix: "p", after: "a/b", amount: 2))
        for (target, row) in [
            ("groups", #"{"id":"g","name":"g","description":"d","creation_date":1}"#),
            ("users/u%2Fv/groups", #"{"id":"g","name":"g","description":"d","creation_date":1}"#),
            ("groups/x/members", #"{"id":"x","creation_date":1}"#),
            ("policies", #"{"id":"p","creation_date":3,"statement":[\#(Self.documentJSON)]}"#),
            ("users/u/policies", #"{"id":"p","creation_date":3,"statement":[\#(Self.documentJSON)]}"#),
            (
                "users/u/credentials",
                #"{"access_key_id":"A","creation_date":4,"name":"n","expiration_date":5,"last_used_date":6},"#
                    + #"{"access_key_id":"B","creation_date":7}"#
            ),
        ] {
            let answer = try await fixture.send(.GET, "/auth/\(target)")
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix(#""results":[\#(row)]}"#), "\(target): \(answer.text)")
            #expect(ranges.last == ListRange(), "\(target)")
        }
        for bad in ["amount=1001", "amount=-2", "amount=x", "effective=perhaps"] {
            #expect(try await fixture.send(.GET, "/auth/users/u/policies?\(bad)").status == 400)
        }
    }

    @Test("attachments name their holder, and the effective ones are asked for as such")
    func attachments() async throws {
        let attached = Recorder<PolicyAttachment>()
        let asked = Recorder<ListPolicies.Request>()
        let fixture = fixture { routes in
            routes.on(AttachPolicy.self) { request, _, _ in
                attached.note(request)
                return Nothing()
            }
            routes.on(DetachPolicy.self) { request, _, _ in
                attached.note(request)
                return Nothing()
            }
            routes.on(ListPolicies.self) { request, _, _ in
                asked.note(request)
                return Listed(results: [], hasMore: false)
            }
        }
        for (method, status) in [(HTTPMethod.PUT, 201), (.DELETE, 204)] {
            for (path, kind) in [("users", PolicyHolder.Kind.user), ("groups", .group)] {
                let answer = try await fixture.send(method, "/auth/\(path)/h/policies/p%20q")
                #expect(answer.status == status && answer.text.isEmpty)
                #expect(attached.last == PolicyAttachment(policyID: "p q", holder: PolicyHolder(kind, "h")))
            }
        }
        #expect(attached.all.count == 4)
        _ = try await fixture.send(.GET, "/auth/users/h/policies")
        #expect(asked.last?.isEffective == false)
        _ = try await fixture.send(.GET, "/auth/users/h/policies?effective=true")
        #expect(asked.last?.isEffective == true && asked.last?.holder == PolicyHolder(.user, "h"))
        _ = try await fixture.send(.GET, "/auth/groups/h/policies")
        #expect(asked.last?.isEffective == false && asked.last?.holder == PolicyHolder(.group, "h"))
    }

    @Test("users and groups are made of their names, and 409 where those are taken")
    func creation() async throws {
        let fixture = fixture { routes in
            routes.on(CreateUser.self) { request, _, _ in
                if request.userID == "taken" { throw RPCError(.alreadyExists, subject: "user", "user already exists") }
                return User(id: request.userID, created: 1, friendlyName: request.friendlyName, email: request.email)
            }
            routes.on(CreateGroup.self) { request, _, _ in
                if request.groupID == "taken" { throw RPCError(.alreadyExists, subject: "group", "") }
                return Group(id: request.groupID, description: request.description, created: 1)
            }
        }
        let user = try await fixture.send(.POST, "/auth/users", json: #"{"id":"u"}"#)
        #expect(user.status == 201 && user.text == #"{"id":"u","creation_date":1}"#)
        let named = try await fixture.send(
            .POST, "/auth/users", json: #"{"id":"u","friendly_name":"U","email":"u@x","invite_user":false}"#)
        #expect(named.text == #"{"id":"u","creation_date":1,"friendly_name":"U","email":"u@x"}"#)
        let group = try await fixture.send(.POST, "/auth/groups", json: #"{"id":"g","description":"d"}"#)
        #expect(group.status == 201)
        #expect(group.text == #"{"id":"g","name":"g","description":"d","creation_date":1}"#)
        for kind in ["user", "group"] {
            let taken = try await fixture.send(.POST, "/auth/\(kind)s", json: #"{"id":"taken"}"#)
            #expect(taken.status == 409 && taken.message == "\(kind) already exists")
            for bad in ["{}", #"{"id":7}"#, "", "[]"] {
                #expect(try await fixture.send(.POST, "/auth/\(kind)s", json: bad).status == 400, "\(bad)")
            }
        }
        let invited = try await fixture.send(.POST, "/auth/users", json: #"{"id":"u","invite_user":true}"#)
        #expect(invited.status == 501)
    }

    @Test("a policy goes to auth as it came, and keeps its id")
    func policies() async throws {
        let documents = Recorder<PolicyDocument>()
        let fixture = fixture { routes in
            routes.on(CreatePolicy.self) { request, _, _ in
                documents.note(request.document)
                return KeptPolicy(document: request.document, created: 1)
            }
            routes.on(UpdatePolicy.self) { request, _, _ in
                documents.note(request.document)
                return KeptPolicy(document: request.document, created: 1)
            }
        }
        let json = #"{"id":"p","creation_date":99,"statement":[\#(Self.documentJSON)]}"#
        let answer = #"{"id":"p","creation_date":1,"statement":[\#(Self.documentJSON)]}"#
        let made = try await fixture.send(.POST, "/auth/policies", json: json)
        #expect(made.status == 201 && made.text == answer)
        let replaced = try await fixture.send(.PUT, "/auth/policies/p", json: json)
        #expect(replaced.status == 200 && replaced.text == answer)
        #expect(documents.all == [Self.document, Self.document])
        let other = try await fixture.send(.PUT, "/auth/policies/q", json: json)
        #expect(other.status == 400 && other.message == "can't update policy id")
        for (from, to) in [
            (#""deny""#, #""Deny""#), (#""deny""#, #""never""#), (#"["fs:Read*"]"#, "[]"), (#""resource":"*","#, ""),
            (#"["10.0.0.0/8","::1"]"#, #""10.0.0.0/8""#), (#"["fs:Read*"]"#, #""fs:Read*""#),
        ] {
            let bad = json.replacing(from, with: to)
            #expect(bad != json)
            #expect(try await fixture.send(.POST, "/auth/policies", json: bad).status == 400, "\(bad)")
        }
        #expect(try await fixture.send(.POST, "/auth/policies", json: #"{"id":"p","statement":[]}"#).status == 400)
        #expect(documents.all.count == 2)
    }

    @Test("a key's secret is told once, and not to be kept by a cache")
    func credentials() async throws {
        let asked = Recorder<CreateCredential.Request>()
        let fixture = fixture { routes in
            routes.on(CreateCredential.self) { request, _, _ in
                asked.note(request)
                return AccessKey(accessKeyID: "A", secretAccessKey: "S", created: 1)
            }
            routes.on(GetCredential.self) { request, _, _ in
                #expect(request == GetCredential.Request(userID: "u", accessKeyID: "A"))
                return Credential(accessKeyID: "A", created: 1)
            }
            routes.on(DeleteCredential.self) { _, _, _ in throw RPCError(.notFound, subject: "credential", "") }
        }
        let made = try await fixture.send(.POST, "/auth/users/u/credentials")
        #expect(made.status == 201)
        #expect(made.text == #"{"access_key_id":"A","secret_access_key":"S","creation_date":1}"#)
        #expect(made.header("Cache-Control") == "no-store")
        #expect(asked.last == CreateCredential.Request(userID: "u"))
        _ = try await fixture.send(
            .POST, "/auth/users/u/credentials", json: #"{"name":"n","expiration_date":2000000000}"#)
        #expect(asked.last == CreateCredential.Request(userID: "u", name: "n", expires: 2_000_000_000))
        let shown = try await fixture.send(.GET, "/auth/users/u/credentials/A")
        #expect(shown.text == #"{"access_key_id":"A","creation_date":1}"#)
        let gone = try await fixture.send(.DELETE, "/auth/users/u/credentials/A")
        #expect(gone.status == 404 && gone.message == "credential not found")
    }

    @Test("what an external principal is set to comes back as it was, a list as clients send it too")
    func externalPrincipals() async throws {
        let kept = Recorder<ExternalPrincipal>()
        let fixture = fixture { routes in
            routes.on(CreateExternalPrincipal.self) { request, _, _ in
                kept.note(request)
                return Nothing()
            }
            routes.on(GetExternalPrincipal.self) { _, _, _ in try #require(kept.last) }
        }
        let target = "/auth/users/u/external/principals?principalId=arn%3Aaws%3Ax"
        for settings in [nil, #"[{"a":"b"}]"#, #"{"a":"b"}"#] {
            let json = settings.map { #"{"settings": \#($0) }"# }
            #expect(try await fixture.send(.POST, target, json: json).status == 201)
            #expect(kept.last == ExternalPrincipal(id: "arn:aws:x", userID: "u", settings: settings))
            let shown = try await fixture.send(.GET, "/auth/external/principals?principalId=x")
            let rest = settings.map { #","settings":\#($0)"# } ?? ""
            #expect(shown.text == #"{"id":"arn:aws:x","user_id":"u"\#(rest)}"#)
        }
        #expect(try await fixture.send(.POST, "/auth/users/u/external/principals").status == 400)
        let list = try await fixture.send(.POST, "/auth/external/principal/login", json: #"{"identityRequest":{}}"#)
        #expect(list.status == 501)
    }

    @Test("groups have no access level, as clients know how to be told")
    func accessLevels() async throws {
        let fixture = fixture { routes in
            routes.on(GetGroup.self) { request, _, _ in
                if request.groupID == "no" { throw RPCError(.notFound, subject: "group", "group not found") }
                return Group(id: request.groupID, created: 1)
            }
        }
        let level = try await fixture.send(.GET, "/auth/groups/g/acl")
        #expect(level.status == 404 && level.text.hasSuffix(#""no_acl":true}"#))
        #expect(try await fixture.send(.GET, "/auth/groups/no/acl").message == "group not found")
        let set = try await fixture.send(.POST, "/auth/groups/g/acl", json: #"{"permission":"Read"}"#)
        #expect(set.status == 501)
    }

    @Test("rules that bind administrators too are 403")
    func lastAdministrator() async throws {
        let fixture = fixture { routes in
            routes.on(DeleteUser.self) { _, _, _ in throw RPCError(.forbidden, subject: "group", "the last one") }
        }
        let answer = try await fixture.send(.DELETE, "/auth/users/root")
        #expect(answer.status == 403 && answer.message == "the last one")
    }
}
