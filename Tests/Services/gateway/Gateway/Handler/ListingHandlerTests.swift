import Domain
import TestSupport
import Testing

@testable import Gateway

@Suite("Listings over a socket")
struct ListingHandlerTests {
    private static let keys = [
        "dev/x", "main-2/a", "main/a", "main/b/1", "main/b/2", "main/c+d", "main/é", "main/z/y/x",
    ]

    private static func fill(_ gateway: TestGateway) throws {
        try gateway.index.make("data", branches: ["main", "main-2", "dev", "empty"])
        for key in keys {
            let versioned = VersionedPath(key.utf8)
            gateway.index.put("data", versioned.reference, String(decoding: versioned.path ?? [], as: UTF8.self))
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let query: String
        let keys: [String]
        var prefixes: [String] = []

        var testDescription: String { "?\(query)" }
    }

    @Test(
        "both versions",
        arguments: [
            Case(
                query: "prefix=main%2F", keys: ["main/a", "main/b/1", "main/b/2", "main/c+d", "main/z/y/x", "main/é"]),
            Case(
                query: "prefix=main%2F&delimiter=%2F", keys: ["main/a", "main/c+d", "main/é"],
                prefixes: ["main/b/", "main/z/"]),
            Case(query: "prefix=main%2Fb%2F", keys: ["main/b/1", "main/b/2"]),
            Case(query: "prefix=main%2Fb", keys: ["main/b/1", "main/b/2"]),
            Case(query: "delimiter=%2F", keys: [], prefixes: ["dev/", "empty/", "main-2/", "main/"]),
            Case(query: "prefix=ma&delimiter=%2F", keys: [], prefixes: ["main-2/", "main/"]),
            Case(query: "prefix=main&delimiter=%2F", keys: [], prefixes: ["main-2/", "main/"]),
            Case(
                query: "",
                keys: [
                    "dev/x", "main-2/a", "main/a", "main/b/1", "main/b/2", "main/c+d", "main/z/y/x", "main/é",
                ]),
            Case(query: "prefix=main-", keys: ["main-2/a"]),
            Case(
                query: "delimiter=-",
                keys: [
                    "dev/x", "main/a", "main/b/1", "main/b/2", "main/c+d", "main/z/y/x", "main/é",
                ], prefixes: ["main-"]),
            Case(query: "delimiter=i", keys: ["dev/x"], prefixes: ["mai"]),
            Case(query: "prefix=none%2F", keys: []),
            Case(query: "prefix=a+b%2F", keys: []),
            Case(query: "prefix=nothing", keys: []),
            Case(query: "max-keys=0", keys: []),
        ])
    func listed(_ example: Case) async throws {
        try await TestGateway.run { gateway in
            try Self.fill(gateway)
            for version in ["", "list-type=2&"] {
                let answer = try await gateway.client.get("/data?\(version)\(example.query)")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.elements("Key") == example.keys)
                #expect(answer.elements("CommonPrefixes") == example.prefixes.map { "<Prefix>\($0)</Prefix>" })
                #expect(answer.element("IsTruncated") == "false")
            }
        }
    }

    @Test(
        "pages of any size give the whole", arguments: [1, 2, 3],
        ["", "delimiter=%2F", "prefix=main%2F&delimiter=%2F", "prefix=m", "delimiter=-"])
    func pages(_ size: Int, _ query: String) async throws {
        var limits = GatewayLimits()
        limits.maxBranchesPerPage = 2
        try await TestGateway.run(limits: limits) { gateway in
            try Self.fill(gateway)
            func rows(_ answer: RawResponse) -> [String] {
                answer.elements("Key")
                    + answer.elements("CommonPrefixes").map { $0.dropFirst(8).dropLast(9).description }
            }
            let whole = try await gateway.client.get("/data?list-type=2&\(query)")
            var expected = rows(whole)
            if whole.element("IsTruncated") == "true" {
                let token = try #require(whole.element("NextContinuationToken"))
                expected += rows(try await gateway.client.get("/data?list-type=2&\(query)&continuation-token=\(token)"))
            }
            var found: [String] = []
            var token = ""
            for _ in 0..<40 {
                let page = try await gateway.client.get("/data?list-type=2&max-keys=\(size)&\(query)\(token)")
                #expect(rows(page).count <= size)
                found += rows(page)
                guard page.element("IsTruncated") == "true" else { break }
                token = "&continuation-token=\(page.element("NextContinuationToken") ?? "")"
            }
            #expect(found.sorted() == expected.sorted())
            #expect(Set(found).count == found.count)

            var marked: [String] = []
            var marker = ""
            for _ in 0..<40 {
                let page = try await gateway.client.get(
                    "/data?max-keys=\(size)&encoding-type=url&\(query)&marker=\(marker)")
                marked += rows(page)
                guard page.element("IsTruncated") == "true" else { break }
                marker = page.element("NextMarker") ?? ""
            }
            #expect(marked.count == expected.count)
        }
    }

    @Test("start-after and markers need not exist")
    func markers() async throws {
        try await TestGateway.run { gateway in
            try Self.fill(gateway)
            let client = gateway.client
            #expect(
                try await client.get("/data?list-type=2&prefix=main%2F&start-after=main%2Fb%2F1a").elements("Key").first
                    == "main/b/2")
            #expect(try await client.get("/data?prefix=main%2F&marker=aaa").elements("Key").first == "main/a")
            #expect(try await client.get("/data?prefix=main%2F&marker=zzz").elements("Key").isEmpty)
            #expect(try await client.get("/data?marker=main-2%2Fa").elements("Key").first == "main/a")
            #expect(
                try await client.get("/data?delimiter=%2F&marker=main-2%2F").elements("CommonPrefixes") == [
                    "<Prefix>main/</Prefix>"
                ])
            #expect(try await client.get("/none?list-type=2").code == "NoSuchBucket")
            #expect(try await client.get("/none?prefix=main%2F").code == "NoSuchBucket")
            #expect(try await client.get("/data?delimiter=a%2Fb").code == "NotImplemented")
        }
    }
}
