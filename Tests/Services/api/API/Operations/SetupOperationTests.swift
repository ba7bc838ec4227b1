import JSONCodec
import NIOHTTP1
import ServiceKit
import Testing
import Wire

@testable import API

@Suite("Set-up, sign-in and configuration")
struct SetupOperationTests {
    @Test("the state of the set-up", arguments: [(true, "initialized"), (false, "not_initialized")])
    func state(isInitialized: Bool, word: String) async throws {
        let fixture = Fixture(auth: { routes in
            routes.on(GetSetupState.self) { _, _, _ in SetupState(isInitialized: isInitialized) }
        })
        let answer = try await fixture.send(.GET, "/setup_lakefs", isAuthorized: false)
        #expect(answer.text.hasPrefix(#"{"state":"\#(word)","comm_prefs_missing":false,"login_config":{"#))
        #expect(answer.text.contains(#""login_cookie_names":["internal_auth_session"]"#))
    }

    @Test("the first set-up passes the token on, and answers the key once")
    func setup() async throws {
        let asked = Recorder<SetUp.Request>()
        let fixture = Fixture(auth: { routes in
            routes.on(SetUp.self) { request, _, _ in
                asked.note(request)
                switch request.setupToken {
                case "right": return AccessKey(accessKeyID: "AK", secretAccessKey: "SK", created: 9)
                case "late": throw RPCError(.alreadyExists, "")
                default: throw RPCError(.permissionDenied, "")
                }
            }
        })
        func send(_ token: String?, _ json: String = #"{"username":"root"}"#) async throws -> Answer {
            let headers: HTTPHeaders = token.map { ["X-Tarn-Setup-Token": $0] } ?? [:]
            return try await fixture.send(.POST, "/setup_lakefs", headers: headers, json: json, isAuthorized: false)
        }
        let made = try await send("right", #"{"username":"root","key":{"access_key_id":"a","secret_access_key":"s"}}"#)
        #expect(made.status == 200)
        #expect(made.text == #"{"access_key_id":"AK","secret_access_key":"SK","creation_date":9}"#)
        #expect(asked.last?.accessKeyID == "a")
        #expect(asked.last?.secretAccessKey == "s")
        #expect(try await send(nil).status == 401)
        #expect(try await send("wrong").status == 401)
        let late = try await send("late")
        #expect(late.status == 409)
        #expect(late.message == "lakeFS already initialized")
        #expect(try await send("right", #"{"username":""}"#).status == 400)
        #expect(try await send("right", "{}").status == 400)
    }

    @Test("a login answers a token and sets the cookie")
    func login() async throws {
        let fixture = Fixture(auth: { routes in
            routes.on(LogIn.self) { request, _, _ in
                guard request.secretAccessKey == "s" else { throw RPCError(.unauthenticated, "") }
                return LoginToken(token: "t.o.k", expires: 1_700_000_060)
            }
        })
        let answer = try await fixture.send(
            .POST, "/auth/login", json: #"{"access_key_id":"a","secret_access_key":"s"}"#, isAuthorized: false)
        #expect(answer.text == #"{"token":"t.o.k","token_expiration":1700000060}"#)
        #expect(
            answer.header("Set-Cookie")
                == "internal_auth_session=t.o.k; Path=/; HttpOnly; SameSite=Strict; Max-Age=60")
        let wrong = try await fixture.send(
            .POST, "/auth/login", json: #"{"access_key_id":"a","secret_access_key":"x"}"#, isAuthorized: false)
        #expect(wrong.status == 401)
        let missing = try await fixture.send(
            .POST, "/auth/login", json: #"{"access_key_id":"a"}"#, isAuthorized: false)
        #expect(missing.status == 400)
    }

    @Test("who the caller is")
    func user() async throws {
        let fixture = Fixture(auth: { routes in
            Fixture.acceptTheKey(&routes)
            routes.on(GetUser.self) { request, _, _ in User(id: request.userID, created: 7) }
        })
        #expect(
            try await fixture.send(.GET, "/user").text
                == #"{"user":{"id":"admin","creation_date":7,"friendly_name":"admin"}}"#)
    }

    @Test("the configuration tells the store and what it can")
    func configuration() async throws {
        let fixture = Fixture()
        let answer = try await fixture.send(.GET, "/config")
        #expect(answer.text.contains(#""blockstore_type":"local""#))
        #expect(answer.text.contains(#""blockstore_namespace_ValidityRegex":"^local://""#))
        #expect(answer.text.contains(#""pre_sign_support":true"#))
        #expect(answer.text.contains(#""storage_config_list":[]"#))
        #expect(answer.text.contains(#""s3_endpoint_url":"http://s3.example""#))
        #expect(
            try await fixture.send(.GET, "/config/storage").text.contains(#""default_namespace_prefix":"local://""#))
        #expect(try await fixture.send(.GET, "/config/version").status == 200)
        #expect(try await fixture.send(.GET, "/config/garbage-collection").text == #"{"grace_period":86400}"#)
        #expect(try await fixture.send(.GET, "/config", isAuthorized: false).status == 401)
    }

    @Test("statistics are checked and thrown away")
    func statistics() async throws {
        let fixture = Fixture()
        let good = #"{"events":[{"class":"a","name":"b","count":1}]}"#
        #expect(try await fixture.send(.POST, "/statistics", json: good).status == 204)
        for bad in [good.replacing(#""a""#, with: #""""#), good.replacing("1", with: "-1"), "{}"] {
            #expect(try await fixture.send(.POST, "/statistics", json: bad).status == 400)
        }
        #expect(try await fixture.send(.GET, "/usage-report/summary").message == "installation not found")
        let preferences = #"{"featureUpdates":true,"securityUpdates":false}"#
        #expect(
            try await fixture.send(.POST, "/setup_comm_prefs", json: preferences, isAuthorized: false).status == 200)
    }
}
