import Domain
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Buckets")
struct BucketTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let method: String
        let query: String
        let status: Int
        /// An error's code, or what the document holds.
        let holds: String

        var testDescription: String { "\(method) ?\(query): \(status) \(holds)" }

        init(_ method: String, _ query: String, _ status: Int, _ holds: String = "") {
            self.method = method
            self.query = query
            self.status = status
            self.holds = holds
        }
    }

    @Test(
        "what nobody has set is told as S3 does on a fresh bucket",
        arguments: [
            Case("GET", "abac", 200, "<Status>Disabled</Status>"),
            Case("GET", "accelerate", 200, "<AccelerateConfiguration"),
            Case("GET", "acl", 200, "<Permission>FULL_CONTROL</Permission>"),
            Case("GET", "analytics", 200, "<ListBucketAnalyticsConfigurationResult"),
            Case("GET", "analytics&id=1", 404, "NoSuchConfiguration"),
            Case("GET", "cors", 404, "NoSuchCORSConfiguration"),
            Case("GET", "encryption", 404, "ServerSideEncryptionConfigurationNotFoundError"),
            Case("GET", "intelligent-tiering", 200, "<ListBucketIntelligentTieringConfigurationsOutput"),
            Case("GET", "inventory", 200, "<ListInventoryConfigurationsResult"),
            Case("GET", "inventory&id=1", 404, "NoSuchConfiguration"),
            Case("GET", "lifecycle", 404, "NoSuchLifecycleConfiguration"),
            Case("GET", "location", 200, "<LocationConstraint"),
            Case("GET", "logging", 200, "<BucketLoggingStatus"),
            Case("GET", "metrics", 200, "<ListMetricsConfigurationsResult"),
            Case("GET", "notification", 200, "<NotificationConfiguration"),
            Case("GET", "object-lock", 404, "ObjectLockConfigurationNotFoundError"),
            Case("GET", "ownershipControls", 200, "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"),
            Case("GET", "policy", 404, "NoSuchBucketPolicy"), Case("GET", "policyStatus", 404, "NoSuchBucketPolicy"),
            Case("GET", "publicAccessBlock", 200, "<BlockPublicPolicy>true</BlockPublicPolicy>"),
            Case("GET", "replication", 404, "ReplicationConfigurationNotFoundError"),
            Case("GET", "requestPayment", 200, "<Payer>BucketOwner</Payer>"),
            Case("GET", "tagging", 404, "NoSuchTagSet"), Case("GET", "versioning", 200, "<VersioningConfiguration"),
            Case("GET", "website", 404, "NoSuchWebsiteConfiguration"),
            Case("GET", "metadataTable", 501, "NotImplemented"), Case("GET", "session", 501, "NotImplemented"),
            Case("DELETE", "cors", 204), Case("DELETE", "lifecycle", 204), Case("DELETE", "policy", 204),
            Case("DELETE", "replication", 204), Case("DELETE", "tagging", 204), Case("DELETE", "website", 204),
            Case("DELETE", "metrics&id=1", 404, "NoSuchConfiguration"),
            Case("DELETE", "publicAccessBlock", 501, "NotImplemented"),
            Case("PUT", "acl", 400, "AccessControlListNotSupported"),
            Case("PUT", "cors", 501, "NotImplemented"), Case("PUT", "encryption", 501, "NotImplemented"),
            Case("PUT", "lifecycle", 501, "NotImplemented"), Case("PUT", "policy", 501, "NotImplemented"),
            Case("PUT", "tagging", 501, "NotImplemented"), Case("PUT", "versioning", 501, "NotImplemented"),
        ])
    func unset(_ example: Case) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let answer = try await gateway.client.send(example.method, "/data?\(example.query)")
            #expect(answer.status == example.status, "\(answer.text)")
            #expect(example.status < 300 ? answer.text.contains(example.holds) : answer.code == example.holds)
            if example.status == 404 { #expect(answer.element("BucketName") == "data") }
            let none = try await gateway.client.send(example.method, "/none?\(example.query)")
            if ![400, 501].contains(example.status) { #expect(none.code == "NoSuchBucket") }
        }
    }

    @Test(
        "access control lists say what is so, and can be set to nothing else",
        arguments: [
            ("x-amz-acl", "private", ""), ("x-amz-acl", "bucket-owner-full-control", ""),
            ("x-amz-acl", "public-read", "AccessControlListNotSupported"),
            (
                "x-amz-grant-read", "uri=http://acs.amazonaws.com/groups/global/AllUsers",
                "AccessControlListNotSupported"
            ),
        ])
    func acl(_ header: String, _ value: String, _ code: String) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "a")
            for target in ["/data?acl", "/data/main/a?acl"] {
                let answer = try await gateway.client.put(target, [], [(header, value)])
                #expect(answer.code == code)
                #expect(answer.status == (code.isEmpty ? 200 : 400))
                let list = try await gateway.client.get(target)
                #expect(list.elements("ID") == ["tarn", "tarn"])
                #expect(list.elements("Permission") == ["FULL_CONTROL"])
            }
            #expect(try await gateway.client.get("/data/main/none?acl").code == "NoSuchKey")
            for query in ["retention", "legal-hold"] {
                #expect(try await gateway.client.get("/data/main/a?\(query)").code == "InvalidRequest")
            }
        }
    }

    @Test("an access control list can be put back as it was got, and not with another grant")
    func aclDocument() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "a")
            for target in ["/data?acl", "/data/main/a?acl"] {
                let list = try await gateway.client.get(target)
                #expect(try await gateway.client.put(target, list.body).status == 200)
                for (old, new) in [
                    ("<Grantee", "<Grantee x='"), ("FULL_CONTROL", "READ"),
                    ("<ID>tarn</ID><DisplayName>tarn</DisplayName></Grantee>", "<ID>ada</ID></Grantee>"),
                ] {
                    let parts = list.text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
                    #expect(parts.count == 2)
                    let other = try await gateway.client.put(target, Array(parts.joined(separator: new).utf8))
                    #expect(other.code == (new.hasSuffix("'") ? "MalformedXML" : "AccessControlListNotSupported"))
                }
            }
        }
    }

    @Test("a bucket is made as a repository where there is a place for its bytes")
    func creation() async throws {
        try await TestGateway.run(newNamespaces: "local://") { gateway in
            let client = gateway.client
            let made = try await client.put("/fresh", [], [("x-amz-acl", "private")])
            #expect(made.status == 200, "\(made.text)")
            #expect(made.header("location") == "/fresh")
            let repository = try #require(gateway.index.repository("fresh"))
            #expect(repository.storageNamespace.string.hasPrefix("local://fresh-"))
            #expect(repository.defaultBranch.string == "main")
            #expect(try await client.put("/fresh/main/a", [1]).status == 200)
            #expect(try await client.put("/fresh", []).code == "BucketAlreadyOwnedByYou")
            let wanted =
                "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>"
            #expect(try await client.put("/another", Array(wanted.utf8)).status == 200)
            #expect(gateway.index.repository("another")?.storageNamespace != repository.storageNamespace)
        }
    }

    @Test(
        "what a bucket cannot be made with",
        arguments: [
            ("/Fresh_", "", "", "", "InvalidBucketName"),
            ("/fresh", "x-amz-acl", "public-read", "", "InvalidBucketAclWithObjectOwnership"),
            ("/fresh", "x-amz-bucket-object-lock-enabled", "true", "", "NotImplemented"),
            (
                "/fresh", "x-a", "b",
                "<CreateBucketConfiguration><LocationConstraint>mars</LocationConstraint></CreateBucketConfiguration>",
                "InvalidLocationConstraint"
            ),
            ("/fresh", "x-a", "b", "<Create", "MalformedXML"), ("/data", "x-a", "b", "", "BucketAlreadyOwnedByYou"),
        ])
    func badCreation(_ target: String, _ header: String, _ value: String, _ body: String, _ code: String) async throws {
        try await TestGateway.run(newNamespaces: "local://") { gateway in
            try gateway.index.make("data")
            let fields: [S3TestClient.Field] = header.isEmpty ? [] : [(header, value)]
            #expect(try await gateway.client.put(target, Array(body.utf8), fields).code == code)
            #expect(gateway.index.repository("fresh") == nil)
        }
    }

    @Test("without a place for its bytes a bucket is not made")
    func noPlace() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.client.put("/fresh", [])
            #expect(answer.status == 501)
            #expect(answer.code == "NotImplemented")
            #expect(answer.element("Message")?.contains("TARN_DEFAULT_NAMESPACE") == true)
        }
    }

    @Test("a bucket made meanwhile is one's own; other failures are told as they are")
    func rivals() async throws {
        try await TestGateway.run(newNamespaces: "local://") { gateway in
            gateway.index.fail("index.createRepository", .alreadyExists, subject: "repository", times: 1)
            let late = try await gateway.client.put("/fresh", [])
            #expect(late.code == "BucketAlreadyOwnedByYou")
            gateway.index.fail("index.createRepository", .unavailable, times: 1)
            let down = try await gateway.client.put("/fresh", [])
            #expect(down.code == "ServiceUnavailable")
        }
    }

    @Test("a bucket is deleted only when it shows nothing and has no history")
    func deletion() async throws {
        try await TestGateway.run(newNamespaces: "local://") { gateway in
            let (client, index) = (gateway.client, gateway.index)
            #expect(try await client.send("DELETE", "/none").code == "NoSuchBucket")
            try index.make("data", branches: ["main", "dev"])
            index.put("data", "dev", "a")
            #expect(try await client.send("DELETE", "/data").code == "BucketNotEmpty")
            index.delete("data", "dev", "a")
            index.commit("data")
            let committed = try await client.send("DELETE", "/data")
            #expect(committed.status == 409)
            #expect(committed.code == "BucketNotEmpty")
            #expect(committed.element("Message")?.contains("commits") == true)
            try index.make("tagged", tags: ["v1"])
            #expect(try await client.send("DELETE", "/tagged").code == "BucketNotEmpty")
            try index.make("loading")
            #expect(try await client.send("POST", "/loading/main/a?uploads").status == 200)
            #expect(try await client.send("DELETE", "/loading").code == "BucketNotEmpty")
            #expect(index.repository("data") != nil)
            try index.make("empty", branches: ["main", "dev"])
            #expect(try await client.send("DELETE", "/empty").status == 204)
            #expect(index.repository("empty") == nil)
            #expect(try await client.put("/empty", []).status == 200)
        }
    }

    @Test(
        "namespaces for new buckets",
        arguments: [
            ("local://", true), ("local://below", true), ("local://below/", true), ("s3://tarn", false),
            ("tarn", false),
            ("local://../x", false),
        ])
    func namespaces(_ prefix: String, _ isGood: Bool) throws {
        let variables = Environment(["TARN_DEFAULT_NAMESPACE": prefix])
        guard isGood else {
            #expect(throws: ConfigurationError.self) { try NewNamespaces(variables, scheme: .local) }
            return
        }
        let namespaces = try #require(try NewNamespaces(variables, scheme: .local))
        let first = try namespaces.fresh(RepositoryName("data"))
        #expect(first.string.hasPrefix(prefix.hasSuffix("/") ? prefix + "data-" : prefix + "/data-"))
        #expect(try namespaces.fresh(RepositoryName("data")) != first)
        #expect(try NewNamespaces(Environment([:]), scheme: .local) == nil)
    }

    @Test("a browser's question is answered as on a bucket without CORS")
    func preflight() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let client = gateway.client
            let asked: [S3TestClient.Field] = [("Origin", "http://x"), ("Access-Control-Request-Method", "PUT")]
            let answer = try await client.sendUnsigned("OPTIONS", "/data/main/a", asked)
            #expect(answer.status == 403)
            #expect(answer.code == "AccessForbidden")
            #expect(answer.element("Method") == "PUT")
            #expect(answer.element("ResourceType") == "OBJECT")
            #expect(answer.header("access-control-allow-origin") == nil)
            #expect(try await client.sendUnsigned("OPTIONS", "/data").code == "BadRequest")
            #expect(try await client.sendUnsigned("OPTIONS", "/data", [asked[0]]).code == "BadRequest")
        }
    }
}
