import FoundationEssentials
import ServiceKit
import TestSupport
import Testing
import Wire

/// Two APIs, each with an auth of its own, on one database.
private struct Fleet {
    struct Key: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
    }

    struct Login: Decodable {
        let token: String
    }

    let auths: [ServiceProcess]
    /// The administrator at each API.
    let administrators: [RESTClient]

    static func run(_ body: (Fleet) async throws -> Void) async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        var (auths, apis): ([ServiceProcess], [ServiceProcess]) = ([], [])
        defer { for process in apis + auths { process.kill() } }
        for _ in 0..<2 {
            let auth = try await RealServices.auth(["TARN_AUTH_DATABASE_URL": database])
            try await auth.start()
            auths.append(auth)
            let api = try RealServices.api(
                index: "127.0.0.1:\(try FreePort.find())", auth: auth.address, store: try TemporaryFolder())
            try await api.start()
            apis.append(api)
        }
        let ports = try apis.map { try #require($0.publicPort) }
        let made = try await RESTClient(port: ports[0]).send(
            "POST", "/setup_lakefs", json: #"{"username":"root"}"#,
            headers: ["X-Tarn-Setup-Token": RealServices.setupToken])
        let key = try Self.decode(Key.self, made)
        let basic = RESTClient.basic(key.accessKeyId, key.secretAccessKey)
        try await body(
            Fleet(auths: auths, administrators: ports.map { RESTClient(port: $0, authorization: basic) }))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ response: RawResponse) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(response.body))
    }

    /// The status of a request, expected of each API within six seconds: caches are at most five old.
    func expect(
        _ status: Int, _ authorization: String, _ path: String = "/user",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for administrator in administrators {
            let client = RESTClient(port: administrator.port, authorization: authorization)
            let end = ContinuousClock.now + .seconds(6)
            var found = try await client.send("GET", path).status
            while found != status, .now < end {
                try await Task.sleep(for: .milliseconds(100))
                found = try await client.send("GET", path).status
            }
            #expect(found == status, "\(path)", sourceLocation: sourceLocation)
        }
    }
}

@Suite("Several APIs and auths with one directory", .serialized)
struct DirectoryFleetTests {
    @Test("what is changed through one holds at all within five seconds")
    func everywhere() async throws {
        try await Fleet.run { fleet in
            let (one, other) = (fleet.administrators[0], fleet.administrators[1])
            #expect(try await one.send("POST", "/auth/users", json: #"{"id":"ada"}"#).status == 201)
            #expect(try await other.send("POST", "/auth/users", json: #"{"id":"ada"}"#).status == 409)
            let key = try Fleet.decode(
                Fleet.Key.self, try await other.send("POST", "/auth/users/ada/credentials"))
            let basic = RESTClient.basic(key.accessKeyId, key.secretAccessKey)
            try await fleet.expect(200, basic)
            // Nobody yet; then a reader of policies; then not any more.
            try await fleet.expect(401, basic, "/auth/policies/FSReadAll")
            let statement =
                #"{"effect":"allow","action":["auth:ReadPolicy"],"resource":"arn:lakefs:auth:::policy/FS*"}"#
            let policy = #"{"id":"p","statement":[\#(statement)]}"#
            #expect(try await one.send("POST", "/auth/policies", json: policy).status == 201)
            #expect(try await one.send("POST", "/auth/groups", json: #"{"id":"g"}"#).status == 201)
            #expect(try await other.send("PUT", "/auth/groups/g/policies/p").status == 201)
            #expect(try await one.send("PUT", "/auth/groups/g/members/ada").status == 201)
            try await fleet.expect(200, basic, "/auth/policies/FSReadAll")
            try await fleet.expect(401, basic, "/auth/policies/AuthFullAccess")
            #expect(try await other.send("DELETE", "/auth/groups/g/members/ada").status == 204)
            try await fleet.expect(401, basic, "/auth/policies/FSReadAll")
            #expect(try await one.send("DELETE", "/auth/users/ada").status == 204)
            try await fleet.expect(401, basic)
        }
    }

    @Test("who manages the own keys manages no other's")
    func ownKeys() async throws {
        try await Fleet.run { fleet in
            let administrator = fleet.administrators[0]
            for user in ["*", "ada"] {
                let json = #"{"id":"\#(user)"}"#
                #expect(try await administrator.send("POST", "/auth/users", json: json).status == 201)
                #expect(try await administrator.send("PUT", "/auth/groups/Viewers/members/\(user)").status == 201)
            }
            let key = try Fleet.decode(
                Fleet.Key.self, try await administrator.send("POST", "/auth/users/*/credentials"))
            let star = RESTClient(
                port: administrator.port, authorization: RESTClient.basic(key.accessKeyId, key.secretAccessKey))
            #expect(try await star.send("POST", "/auth/users/*/credentials").status == 201)
            #expect(try await star.send("GET", "/auth/users/*/credentials").status == 200)
            let password = #"{"password":"a long password"}"#
            #expect(try await star.send("PUT", "/auth/users/*/password", json: password).status == 204)
            for path in ["credentials", "password"] {
                let method = path == "password" ? "PUT" : "POST"
                let refused = try await star.send(
                    method, "/auth/users/ada/\(path)", json: path == "password" ? password : nil)
                #expect(refused.status == 401, "a user called * is no wildcard")
            }
            #expect(try await star.send("PUT", "/auth/groups/Admins/members/*").status == 401)
            #expect(try await star.send("PUT", "/auth/users/*/policies/FSFullAccess").status == 401)
        }
    }

    @Test("a session that is ended at one is over at all")
    func sessions() async throws {
        try await Fleet.run { fleet in
            let (one, other) = (fleet.administrators[0], fleet.administrators[1])
            let password = #"{"password":"a long password"}"#
            #expect(try await one.send("PUT", "/auth/users/root/password", json: password).status == 204)
            let login = #"{"username":"root","password":"a long password"}"#
            var tokens: [String] = []
            for client in [one, other] {
                let anybody = RESTClient(port: client.port)
                let answer = try await anybody.send("POST", "/auth/login/password", json: login)
                #expect(answer.status == 200)
                tokens.append("Bearer " + (try Fleet.decode(Fleet.Login.self, answer)).token)
            }
            for token in tokens { try await fleet.expect(200, token) }
            let leaving = RESTClient(port: one.port, authorization: tokens[1])
            #expect(try await leaving.send("POST", "/auth/logout").status == 204)
            try await fleet.expect(401, tokens[1])
            try await fleet.expect(200, tokens[0])
        }
    }

    @Test("what was acknowledged is there after auths were killed")
    func killed() async throws {
        try await Fleet.run { fleet in
            let writers = fleet.administrators.enumerated().map { index, administrator in
                Task {
                    var acknowledged: [String] = []
                    for number in 0..<150 {
                        let id = "user-\(index)-\(number)"
                        let answer = try? await administrator.send("POST", "/auth/users", json: #"{"id":"\#(id)"}"#)
                        if answer?.status == 201 { acknowledged.append(id) }
                    }
                    return acknowledged
                }
            }
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(200))
                for auth in fleet.auths {
                    auth.kill()
                    try await auth.start()
                }
            }
            var acknowledged: [String] = []
            for writer in writers { acknowledged += await writer.value }
            #expect(acknowledged.count > 20)
            let administrator = fleet.administrators[0]
            for _ in 0..<100 where try await administrator.send("GET", "/user").status != 200 {
                try await Task.sleep(for: .milliseconds(100))
            }
            for id in acknowledged {
                #expect(try await administrator.send("GET", "/auth/users/\(id)").status == 200, "\(id) is lost")
            }
        }
    }
}
