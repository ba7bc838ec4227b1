import ServiceKit
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("What the audit log is told of S3 requests")
struct AuditedExchangeTests {
    private func told(_ gateway: TestGateway, _ count: Int) async throws -> [AuditRecord] {
        let end = ContinuousClock.now + .seconds(20)
        while gateway.auth.audit.count < count, .now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(gateway.auth.audit.count == count)
        return gateway.auth.audit
    }

    @Test("by default of buckets alone, and of a change before it is begun")
    func buckets() async throws {
        try await TestGateway.run(audits: .control) { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            _ = try await client.put("/data/main/a", [1])
            _ = try await client.get("/data/main/a")
            _ = try await client.send("HEAD", "/data")
            _ = try await client.send("DELETE", "/data")
            let told = try await told(gateway, 3)
            #expect(Set(told.map(\.operation)) == ["HeadBucket", "DeleteBucket"])
            let change = told.filter { $0.operation == "DeleteBucket" }
            #expect(change.map(\.phase) == [.begun, .ended])
            for record in told {
                #expect(record.userID == "ada" && record.accessKeyID == KnownKey.accessKeyID)
                #expect(record.repository == "data" && record.service == "gateway" && record.plane == .control)
            }
        }
    }

    @Test("of objects where that was asked for: who, what, and with which result")
    func objects() async throws {
        try await TestGateway.run(audits: .all) { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            _ = try await client.put("/data/main/a", [1], [("User-Agent", "test/1")])
            #expect(try await client.get("/data/main/none").status == 404)
            let told = try await told(gateway, 2)
            #expect(told.map(\.operation) == ["PutObject", "GetObject"])
            #expect(told.map(\.status) == [200, 404])
            #expect(told.map(\.target) == ["data/main/a", "data/main/none"])
            #expect(told.map(\.phase) == [.whole, .whole])
            #expect(told[0].message == nil && told[1].message?.hasPrefix("NoSuchKey") == true)
            #expect(told[0].userAgent == "test/1" && told.allSatisfy { $0.plane == .data })
        }
    }

    @Test("writes alone, where only they were asked for")
    func writes() async throws {
        try await TestGateway.run(audits: .writes) { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            _ = try await client.put("/data/main/a", [1])
            _ = try await client.get("/data/main/a")
            _ = try await client.get("/data?list-type=2")
            _ = try await client.send("DELETE", "/data/main/a")
            #expect(Set(try await told(gateway, 2).map(\.operation)) == ["PutObject", "DeleteObject"])
        }
    }

    @Test("A bucket is not deleted where that cannot be written down")
    func away() async throws {
        let now = ContinuousClock.now
        try await TestGateway.run(audits: .control, now: { now }) { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            _ = try await client.send("HEAD", "/data")
            // The key is known still.
            gateway.auth.fail(RPCError(.unavailable, "away"))
            #expect(try await client.send("DELETE", "/data").status == 503)
            gateway.auth.fail(nil)
            #expect(try await client.send("HEAD", "/data").status == 200)
            let told = try await told(gateway, 3)
            #expect(told.filter { $0.operation == "DeleteBucket" }.map(\.status) == [503])
        }
    }
}
