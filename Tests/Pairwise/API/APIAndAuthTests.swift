import FoundationEssentials
import JSONCodec
import ServiceKit
import TestSupport
import Testing
import Wire

/// An API and an auth as users run them, without an index: nothing here needs one.
private struct Pair {
    let auth: ServiceProcess
    let api: ServiceProcess
    let anybody: RESTClient
    let administrator: RESTClient
    let key: Key

    struct Key: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
    }

    static func run(_ body: (Pair) async throws -> Void) async throws {
        let auth = try await RealServices.auth()
        let api = try RealServices.api(
            index: "127.0.0.1:\(try FreePort.find())", auth: auth.address, store: try TemporaryFolder())
        try await auth.start()
        try await api.start()
        defer {
            api.kill()
            auth.kill()
        }
        let anybody = RESTClient(port: try #require(api.publicPort))
        let made = try await anybody.send(
            "POST", "/setup_lakefs", json: #"{"username":"root"}"#,
            headers: ["X-Tarn-Setup-Token": RealServices.setupToken])
        #expect(made.status == 200, "\(made.text)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let key = try decoder.decode(Key.self, from: Data(made.body))
        let administrator = RESTClient(
            port: anybody.port, authorization: RESTClient.basic(key.accessKeyId, key.secretAccessKey))
        try await body(
            Pair(auth: auth, api: api, anybody: anybody, administrator: administrator, key: key))
    }

    func status(_ authorization: String) async throws -> Int {
        try await RESTClient(port: anybody.port, authorization: authorization).send("GET", "/config").status
    }

    func login() async throws -> RawResponse {
        try await anybody.send(
            "POST", "/auth/login",
            json: #"{"access_key_id":"\#(key.accessKeyId)","secret_access_key":"\#(key.secretAccessKey)"}"#)
    }

    var wrong: String { RESTClient.basic(key.accessKeyId, "wrong") }
}

@Suite("The API with a real auth", .serialized)
struct APIAndAuthTests {
    @Test("the first set-up needs the token, and is the only one")
    func setUp() async throws {
        let auth = try await RealServices.auth()
        let api = try RealServices.api(
            index: "127.0.0.1:\(try FreePort.find())", auth: auth.address, store: try TemporaryFolder())
        try await auth.start()
        try await api.start()
        let client = RESTClient(port: try #require(api.publicPort))
        func send(_ headers: [String: String]) async throws -> Int {
            try await client.send("POST", "/setup_lakefs", json: #"{"username":"root"}"#, headers: headers).status
        }
        #expect(try await client.send("GET", "/setup_lakefs").text.contains(#""state":"not_initialized""#))
        #expect(try await send([:]) == 401)
        #expect(try await send(["X-Tarn-Setup-Token": "wrong"]) == 401)
        #expect(try await send(["X-Tarn-Setup-Token": RealServices.setupToken]) == 200)
        #expect(try await send(["X-Tarn-Setup-Token": RealServices.setupToken]) == 409)
        #expect(try await client.send("GET", "/setup_lakefs").text.contains(#""state":"initialized""#))
        api.kill()
        auth.kill()
    }

    @Test("key, token and cookie sign in; anything else is 401")
    func signIn() async throws {
        try await Pair.run { pair in
            let user = try await pair.administrator.send("GET", "/user")
            #expect(user.status == 200)
            #expect(user.text.contains(#""id":"root""#))
            let login = try await pair.login()
            #expect(login.status == 200)
            let token = try #require(login.text.split(separator: "\"").dropFirst(3).first).description
            #expect(try await pair.status("Bearer \(token)") == 200)
            let cookie = try await pair.anybody.send(
                "GET", "/user", headers: ["Cookie": "internal_auth_session=\(token)"])
            #expect(cookie.text == user.text)
            for wrong in [
                pair.wrong, RESTClient.basic("AKIAWRONG", pair.key.secretAccessKey), "Bearer \(token)x",
                "Bearer \(token.dropLast(4))AAAA", "Basic x",
            ] {
                #expect(try await pair.status(wrong) == 401, "\(wrong)")
            }
        }
    }

    @Test("an auth that is down is 503, never 401; who was known a moment ago goes on for five seconds")
    func down() async throws {
        try await Pair.run { pair in
            #expect(try await pair.administrator.send("GET", "/config").status == 200)
            let killed = ContinuousClock.now
            pair.auth.kill()
            let known = try await pair.administrator.send("GET", "/config").status
            if .now - killed < .seconds(4) { #expect(known == 200) }
            #expect(try await pair.status(pair.wrong) == 503)
            #expect(try await pair.login().status == 503)
            #expect(try await pair.anybody.send("GET", "/healthcheck").status == 204)
            #expect(try await pair.anybody.send("GET", "/config").status == 401)
            try await Task.sleep(until: killed + .seconds(5.5))
            #expect(try await pair.administrator.send("GET", "/config").status == 503)
            try await pair.auth.start()
            for _ in 0..<100 where try await pair.administrator.send("GET", "/config").status != 200 {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await pair.administrator.send("GET", "/config").status == 200)
            #expect(try await pair.status(pair.wrong) == 401)
        }
    }

    @Test("an auth that is slow is waited for")
    func slow() async throws {
        try await Pair.run { pair in
            pair.auth.freeze()
            async let login = pair.login()
            async let wrong = pair.status(pair.wrong)
            try await Task.sleep(for: .seconds(1))
            pair.auth.thaw()
            #expect(try await login.status == 200)
            #expect(try await wrong == 401)
        }
    }

    @Test("a token made before a restart of auth is good after it")
    func restarted() async throws {
        try await Pair.run { pair in
            let login = try await pair.login()
            let token = try #require(login.text.split(separator: "\"").dropFirst(3).first).description
            pair.auth.kill()
            try await pair.auth.start()
            var status = 503
            for _ in 0..<100 where status == 503 {
                status = try await pair.status("Bearer \(token)")
                if status == 503 { try await Task.sleep(for: .milliseconds(100)) }
            }
            #expect(status == 200)
        }
    }
}
