import FoundationEssentials
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("Secrets stay where they belong", .serialized, .timeLimit(.minutes(3)))
struct SecretsTests {
    private static let talkative = ["TARN_LOG_LEVEL": "trace", "TARN_ACCESS_LOG": "all", "TARN_LOG_FORMAT": "json"]

    @Test(
        "a service that cannot start for a secret names the variable, never the value",
        arguments: [
            (.auth, "TARN_AUTH_ENCRYPTION_KEY", "zz-secret"), (.auth, "TARN_AUTH_FORMER_ENCRYPTION_KEYS", "zz-secret"),
            (.auth, "TARN_SETUP_TOKEN", "zz-secret"), (.auth, "TARN_AUTH_DATABASE_URL", "postgresql://u:zz-secret@["),
            (.index, "TARN_INDEX_DATABASE_URL", "host=h password=zz-secret nonsense=1"),
            (.gateway, "TARN_RPC_CREDENTIAL", "zz-secret"), (.api, "TARN_STORE_S3_SECRET_KEY_FILE", "/zz-secret"),
        ] as [(ServiceName, String, String)])
    func refuses(service: ServiceName, variable: String, value: String) async throws {
        let variables = Self.talkative.merging([variable: value]) { $1 }
        let process =
            switch service {
            case .auth: try await RealServices.auth(variables)
            case .index: try RealServices.index(database: "host=127.0.0.1", variables)
            case .gateway, .api, .storage:
                try ServiceProcess(
                    service,
                    [
                        "TARN_INDEX": "127.0.0.1:1", "TARN_AUTH": "127.0.0.1:1", "TARN_STORE": "s3",
                        "TARN_STORE_S3_ACCESS_KEY": "key", "TARN_STORE_S3_SECRET_KEY": "zz-secret",
                        "TARN_RPC_CREDENTIAL": ServiceCredentials.credential(of: service),
                    ].merging(variables) { $1 })
            }
        let words = try await process.lastWords()
        #expect(words.contains(variable))
        #expect(!words.contains("zz-secret"))
    }

    @Test("a list of callers that cannot be read is not quoted", arguments: ["zz-secret", "gateway=zz-secret"])
    func refusesCallers(text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try RPCConfiguration.callers(from: Environment(["TARN_RPC_CALLERS": text]))
        }
        #expect(error?.variable == "TARN_RPC_CALLERS")
        #expect(error?.description.contains("zz-secret") == false)
    }

    @Test("no log has one, however talkative, whatever goes wrong")
    func logs() async throws {
        let folder = try TemporaryFolder()
        func log(_ service: ServiceName) -> String { "\(folder.path)/\(service.rawValue).log" }
        func database(_ password: String) async throws -> String {
            try await PostgresCluster.shared().freshDatabase() + " password=\(password)"
        }
        let auth = try await RealServices.auth(
            Self.talkative.merging(["TARN_AUTH_DATABASE_URL": try await database("zz-password-of-auth")]) { $1 })
        let index = try RealServices.index(database: try await database("zz-password-of-index"), Self.talkative)
        let store = try TemporaryFolder()
        let api = try RealServices.api(index: index.address, auth: auth.address, store: store, Self.talkative)
        let gateway = try RealServices.gateway(index: index.address, auth: auth.address, store: store, Self.talkative)
        defer { for process in [gateway, api, index, auth] { process.kill() } }
        for process in [auth, index, api, gateway] { try await process.start(log: log(process.service)) }

        let anybody = RESTClient(port: try #require(api.publicPort))
        func setUp(_ token: String) async throws -> RawResponse {
            try await anybody.send(
                "POST", "/setup_lakefs", json: #"{"username":"root"}"#, headers: ["X-Tarn-Setup-Token": token])
        }
        #expect(try await setUp("zz-not-the-token").status == 401)
        let made = try await setUp(RealServices.setupToken)
        struct Key: Decodable {
            // swift-format-ignore: AlwaysUseLowerCamelCase
            let access_key_id: String
            // swift-format-ignore: AlwaysUseLowerCamelCase
            let secret_access_key: String
        }
        let key = try JSONDecoder().decode(Key.self, from: Data(made.body))
        let basic = RESTClient.basic(key.access_key_id, key.secret_access_key)
        let login = try await anybody.send(
            "POST", "/auth/login",
            json: #"{"access_key_id":"\#(key.access_key_id)","secret_access_key":"\#(key.secret_access_key)"}"#)
        struct Token: Decodable { let token: String }
        let token = try JSONDecoder().decode(Token.self, from: Data(login.body)).token
        let root = RESTClient(port: anybody.port, authorization: "Bearer \(token)")
        let repository = try await root.send(
            "POST", "/repositories", json: #"{"name":"repo","storage_namespace":"local://repo"}"#)
        #expect(repository.status == 201, "\(repository.text)")
        let guess = RESTClient.basic(key.access_key_id, "zz-guessed")
        #expect(try await RESTClient(port: anybody.port, authorization: guess).send("GET", "/user").status == 401)
        #expect(try await RESTClient(port: anybody.port, authorization: basic).send("GET", "/user").status == 200)

        let client = S3TestClient(
            port: try #require(gateway.publicPort), accessKeyID: key.access_key_id, secret: key.secret_access_key)
        #expect(try await client.put("/repo/main/a", Array("x".utf8)).status == 200)
        let presigned = try client.presign("GET", "/repo/main/a", seconds: 60)
        #expect(try await client.sendUnsigned("GET", presigned).status == 200)
        let signature = try #require(presigned.split(separator: "X-Amz-Signature=").last?.prefix(64))
        let handed = try await root.send(
            "GET", "/repositories/repo/branches/main/staging/backing?path=p&presign=true")
        let url = try #require(handed.text.split(separator: "http://localhost").last?.prefix { $0 != "\"" })
        let urlSignature = try #require(url.split(separator: "&signature=").last?.prefix(64))
        for target in [String(url), url.dropLast() + "x"] {
            _ = try await RawHTTPClient.exchange(
                port: anybody.port,
                "PUT \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }
        for process in [index, auth] {
            process.kill()
            #expect(try await client.put("/repo/main/b", Array("x".utf8)).status == 503)
            _ = try await root.send("GET", "/repositories")
        }

        let secrets =
            [
                key.secret_access_key, basic, guess, token, String(signature), String(urlSignature.dropLast()),
                RealServices.setupToken,
                "zz-not-the-token", "zz-guessed", "zz-password-of-auth", "zz-password-of-index",
                String(repeating: "0123456789abcdef", count: 4),
            ] + ServiceName.allCases.map { ServiceCredentials.credential(of: $0) }
        for process in [auth, index, api, gateway] {
            let text = String(decoding: try Data(contentsOf: URL(filePath: log(process.service))), as: UTF8.self)
            #expect(!text.isEmpty)
            for secret in secrets {
                // Basic and Bearer are no secrets, what follows them is.
                let secret = secret.split(separator: " ").last ?? ""
                let lines = text.split(separator: "\n").filter { $0.contains(secret) }
                #expect(lines.isEmpty, "\(process.service) logs a secret")
            }
        }
    }
}
