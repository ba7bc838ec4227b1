import Cryptography
import Domain
import Policy
import ServiceKit
import Signatures
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Who may come in")
struct AccessTests {
    @Test("presigned requests, of both versions")
    func presigned() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            let put = try client.presign("PUT", "/data/main/a%20b", seconds: 60)
            #expect(try await client.sendUnsigned("PUT", put, body: [1, 2]).status == 200)
            let get = try client.presign("GET", "/data/main/a%20b?response-content-type=x%2Fy", seconds: 60)
            let got = try await client.sendUnsigned("GET", get)
            #expect(got.body == [1, 2])
            #expect(got.header("content-type") == "x/y")
            let head = try await client.sendUnsigned("HEAD", get)
            #expect(head.status == 403)
            var early = client
            early.skewSeconds = -120
            let expired = try early.presign("GET", "/data/main/a%20b", seconds: 60)
            let refused = try await client.sendUnsigned("GET", expired)
            #expect(refused.status == 403)
            #expect(refused.code == "AccessDenied")
            #expect(refused.element("Message") == "Request has expired")
        }
    }

    @Test("SigV2 in header and query")
    func versionTwo() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "a")
            let client = gateway.client
            let key = HMACSHA1(KnownKey.secret)
            let now = HTTPTime(unixSeconds: WallClock.system.milliseconds() / 1_000)
            let fields = SigV2.fields("HEAD", "/data/main/a")
            #expect(try await client.sendUnsigned("HEAD", "/data/main/a", fields).status == 200)
            #expect(try await client.sendUnsigned("HEAD", "/data/main/b", fields).status == 403)

            let expires = now.unixSeconds + 60
            let query = key.code("HEAD\n\n\n\(expires)\n/data/main/a").base64
                .utf8.map {
                    $0 == UInt8(ascii: "+") ? "%2B" : $0 == UInt8(ascii: "/") ? "%2F" : String(Unicode.Scalar($0))
                }
                .joined()
            let target = "/data/main/a?AWSAccessKeyId=\(KnownKey.accessKeyID)&Expires=\(expires)&Signature=\(query)"
            #expect(try await client.sendUnsigned("HEAD", target).status == 200)
        }
    }

    @Test("SigV2 of a bucket alone, signed with a slash behind it or without", arguments: ["/data", "/data/"])
    func versionTwoBucket(_ signed: String) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            #expect(
                try await gateway.client.sendUnsigned("HEAD", "/data", SigV2.fields("HEAD", signed)).status == 200)
            #expect(
                try await gateway.client.sendUnsigned("HEAD", "/data/", SigV2.fields("HEAD", signed)).status
                    == (signed == "/data/" ? 200 : 403))
        }
    }

    @Test("SigV2 of a bucket that the host names")
    func versionTwoVirtualHost() async throws {
        try await TestGateway.run(domains: "s3.test") { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "a")
            var client = gateway.client
            let fields = SigV2.fields("HEAD", "/data/main/a")
            for (host, status) in [("data.s3.test", 200), ("DATA.S3.test:8001", 200), ("other.s3.test", 403)] {
                client.host = host
                #expect(try await client.sendUnsigned("HEAD", "/main/a", fields).status == status)
            }
        }
    }

    @Test("a key is asked for once in five seconds, and so is its absence")
    func caching() async throws {
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        try await TestGateway.run(now: { start + elapsed.withLock { $0 } }) { gateway in
            try gateway.index.make("data")
            for _ in 0..<3 { #expect(try await gateway.client.send("HEAD", "/data").status == 200) }
            #expect(gateway.auth.calls == 1)
            gateway.auth.revoke(KnownKey.accessKeyID)
            elapsed.withLock { $0 = .milliseconds(4_999) }
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            elapsed.withLock { $0 = .seconds(5) }
            for _ in 0..<3 { #expect(try await gateway.client.get("/data").code == "InvalidAccessKeyId") }
            #expect(gateway.auth.calls == 2)
        }
    }

    @Test("auth being away is told as 503, once what is known is too old")
    func outage() async throws {
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        try await TestGateway.run(now: { start + elapsed.withLock { $0 } }) { gateway in
            try gateway.index.make("data")
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            gateway.auth.fail(RPCError(.unavailable, "away"))
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            elapsed.withLock { $0 = .seconds(6) }
            let refused = try await gateway.client.get("/data")
            #expect(refused.status == 503)
            #expect(refused.code == "ServiceUnavailable")
            gateway.auth.fail(RPCError(.resourceExhausted, "too many"))
            #expect(try await gateway.client.get("/data").code == "SlowDown")
            gateway.auth.fail(nil)
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
        }
    }

    @Test("a key and a right end within five seconds, also where the caches are full of others")
    func fullCaches() async throws {
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        let revoked = Mutex(Set<String>())
        let auth = RPCDouble(as: .gateway) { routes in
            routes.on(GetSigningKey.self) { request, _, _ in
                let key = request.accessKeyID
                let isRevoked = revoked.withLock { $0.contains(key) }
                guard !isRevoked || key == "AKSTAYS" else {
                    throw RPCError(.notFound, subject: "credential", "no such key")
                }
                let own = PolicyDocument(
                    id: "own",
                    statement: [
                        PolicyStatement(
                            effect: "allow", action: ["fs:*"], resource: "arn:lakefs:fs:::repository/${user}")
                    ])
                return SigningKey(
                    key: SHA256.hash("k").hex, principal: Principal(userID: key.lowercased()),
                    policies: isRevoked ? [] : [own])
            }
        }
        let keys = SigningKeys(auth: auth, now: { start + elapsed.withLock { $0 } })
        let scope = CredentialScope(day: "20260101", region: "us-east-1")
        let context = CallContext(principal: nil, traceParent: "", deadline: .now + .seconds(600))
        for number in 0..<(SigningKeys.capacity + 100) {
            _ = try await keys.grant("AK\(number)", scope, context)
        }
        let permission = Permission(.readRepository, on: .repository(try RepositoryName("akstays")))
        func isAllowed() async throws -> Bool {
            let rights = try await keys.grant("AKSTAYS", scope, context).rights
            return rights.decide(permission, Circumstances(address: nil)) == .allowed
        }
        _ = try await keys.grant("AKGONE", scope, context)
        #expect(try await isAllowed())
        revoked.withLock { $0 = ["AKGONE", "AKSTAYS"] }
        elapsed.withLock { $0 = .milliseconds(4_999) }
        #expect(try await isAllowed())
        elapsed.withLock { $0 = .seconds(5) }
        await #expect(throws: S3Error.self) { try await keys.grant("AKGONE", scope, context) }
        #expect(try await !isAllowed())
    }

    @Test("wrong signatures of a key are limited, however they are sent, and only of that key")
    func failures() async throws {
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        try await TestGateway.run(now: { start + elapsed.withLock { $0 } }) { gateway in
            try gateway.index.make("data")
            var wrong = gateway.client
            wrong.secret = "a guess at the secret"
            var refusals: Set<String> = []
            for number in 0..<FailureGate.burst {
                switch number % 3 {
                case 0: refusals.insert(try await wrong.get("/data").code)
                case 1: refusals.insert(try await wrong.put("/data/main/a", [1]).code)
                default:
                    let target = try wrong.presign("GET", "/data/main/a", seconds: 60)
                    refusals.insert(try await wrong.sendUnsigned("GET", target).code)
                }
            }
            #expect(refusals == ["SignatureDoesNotMatch"])
            let calls = gateway.auth.calls
            let slow = try await wrong.get("/data")
            #expect(slow.status == 503 && slow.code == "SlowDown")
            #expect(try await gateway.client.get("/data").code == "SlowDown", "a right guess must not pass")
            let v2 = try await gateway.client.sendUnsigned("GET", "/data/main/a", SigV2.fields("GET", "/data/main/a"))
            #expect(v2.code == "SlowDown")
            #expect(gateway.auth.calls == calls)
            var other = gateway.client
            other.accessKeyID = "AKIAUNKNOWN"
            #expect(try await other.get("/data").code == "InvalidAccessKeyId")
            elapsed.withLock { $0 = .seconds(1) }
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
        }
    }

    @Test("many who need the same key ask once")
    func together() async throws {
        let gate = Gate()
        let auth = GatedAuth(gate)
        let keys = SigningKeys(auth: auth.double)
        let scope = CredentialScope(day: "20260101", region: "us-east-1")
        let context = CallContext(principal: nil, traceParent: "", deadline: .now + .seconds(60))
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask { try await keys.grant("AK", scope, context).principal.userID }
            }
            await gate.arrived()
            gate.open()
            for try await user in group { #expect(user == "ada") }
        }
        #expect(auth.asked == 1)
    }
}

/// Auth that answers when its gate opens.
private final class GatedAuth: Sendable {
    private let gate: Gate
    private let count = Mutex(0)

    init(_ gate: Gate) { self.gate = gate }

    var asked: Int { count.withLock { $0 } }

    var double: RPCDouble {
        RPCDouble(as: .gateway) { routes in
            routes.on(GetSigningKey.self) { request, _, _ in
                self.count.withLock { $0 += 1 }
                await self.gate.pass()
                return SigningKey(key: SHA256.hash("k").hex, principal: Principal(userID: "ada"), policies: [])
            }
        }
    }
}
