import Cryptography
import Policy
import Signatures
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("A session's key at the gateway")
struct SessionTests {
    private static let token = "c2Vzc2lvbg/+="

    private func terms(seconds: Int64 = 60, bounds: [[PolicyDocument]] = []) -> SessionTerms {
        SessionTerms(
            tokenDigest: SHA256.hash(Self.token.utf8).hex,
            expires: WallClock.system.milliseconds() / 1_000 + seconds, bounds: bounds)
    }

    private func header(_ token: String = SessionTests.token) -> S3TestClient.Field { ("X-Amz-Security-Token", token) }

    @Test("comes with its token, in a header")
    func headers() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.auth.set(terms())
            let client = gateway.client
            #expect(try await client.put("/data/main/a", [1], [header()]).status == 200)
            #expect(try await client.get("/data/main/a", [header()]).body == [1])
            let without = try await client.get("/data/main/a")
            #expect(without.status == 403 && without.code == "InvalidAccessKeyId")
            for token in ["", "x", Self.token + "=", String(Self.token.dropLast())] {
                let wrong = try await client.get("/data/main/a", [header(token)])
                #expect(wrong.status == 400 && wrong.code == "InvalidToken", "\(token)")
            }
            let twice = try await client.get("/data/main/a", [header(), header()])
            #expect(twice.status == 400)
            #expect(try await client.put("/data/main/b", [1], [header("x")]).code == "InvalidToken")
            #expect(try await client.get("/data/main/b", [header()]).code == "NoSuchKey")
            var wrong = client
            wrong.secret = "not the secret of it"
            let refused = try await wrong.get("/data/main/a", [header()])
            #expect(refused.code == "SignatureDoesNotMatch")
            #expect(!String(decoding: refused.body, as: UTF8.self).contains(Self.token))
        }
    }

    @Test("comes with its token, in a presigned query")
    func presigned() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "a")
            gateway.auth.set(terms())
            let client = gateway.client
            func target(_ token: String?) throws -> String {
                let query = token.map { "?X-Amz-Security-Token=\($0)" } ?? ""
                return try client.presign("HEAD", "/data/main/a" + query, seconds: 60)
            }
            #expect(try await client.sendUnsigned("HEAD", target("c2Vzc2lvbg%2F%2B%3D")).status == 200)
            #expect(try await client.sendUnsigned("HEAD", target("c2Vzc2lvbg%2F%2B")).status == 400)
            #expect(try await client.sendUnsigned("HEAD", target(nil)).status == 403)
        }
    }

    @Test("is refused once it is over, and where a lasting key has no token none is asked for")
    func over() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            #expect(try await gateway.client.send("HEAD", "/data", [header("of another cloud")]).status == 200)
        }
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.auth.set(terms(seconds: 0))
            let over = try await gateway.client.get("/data", [header()])
            #expect(over.status == 400 && over.code == "ExpiredToken")
            #expect(try await gateway.client.get("/data", [header("x")]).code == "InvalidToken")
        }
    }

    @Test("may do no more than its bounds")
    func bounded() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let reads = PolicyDocument(
                id: "",
                statement: [
                    .init(effect: "allow", action: ["fs:Read*"], resource: "arn:lakefs:fs:::repository/data/object/a*")
                ])
            gateway.index.put("data", "main", "a")
            gateway.index.put("data", "main", "b")
            gateway.auth.set(terms(bounds: [[reads]]))
            let client = gateway.client
            #expect(try await client.send("HEAD", "/data/main/a", [header()]).status == 200)
            #expect(try await client.send("HEAD", "/data/main/b", [header()]).status == 403)
            #expect(try await client.put("/data/main/a", [1], [header()]).code == "AccessDenied")
            #expect(try await client.get("/data?list-type=2&prefix=main/a", [header()]).code == "AccessDenied")
        }
    }
}
