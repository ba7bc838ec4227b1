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

    @Test("tags stand among the branches, as folders or with their keys, in the order of keys")
    func tags() async throws {
        try await TestGateway.run { gateway in
            let tags = ["v1", "v1.0", "v1-rc", "a tag".filter { $0 != " " }, "main+1", "odd~1", "odd@x", "é"]
            try gateway.index.make("data", branches: ["main", "v1-b"], tags: tags)
            for reference in ["main", "v1-b"] + tags { gateway.index.put("data", reference, "k") }
            let client = gateway.client
            // Names that would be read as expressions cannot be part of a key.
            let expected = ["atag", "main+1", "main", "v1-b", "v1-rc", "v1.0", "v1", "é"]
            for size in [1, 2, 3, 1_000] {
                for query in ["delimiter=%2F", ""] {
                    var found: [String] = []
                    var token = ""
                    for _ in 0..<20 {
                        let page = try await client.get("/data?list-type=2&max-keys=\(size)&\(query)\(token)")
                        #expect(page.status == 200, "\(page.text)")
                        found += query.isEmpty ? page.elements("Key") : Array(page.elements("Prefix").dropFirst())
                        guard page.element("IsTruncated") == "true" else { break }
                        token = "&continuation-token=\(page.element("NextContinuationToken") ?? "")"
                    }
                    #expect(found == expected.map { query.isEmpty ? "\($0)/k" : "\($0)/" })
                }
            }
            #expect(
                try await client.get("/data?delimiter=%2F&prefix=v1.").elements("CommonPrefixes")
                    == ["<Prefix>v1.0/</Prefix>"])
            #expect(try await client.get("/data?prefix=v1.0%2F").elements("Key") == ["v1.0/k"])
        }
    }

    @Test("keys that XML cannot hold come as references as S3 sends them, or percent-encoded for those who ask")
    func controlCharacters() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            for path in ["\u{1}\u{1F}\u{7F}", "a\r\nb", "a+b c", "a/../b", "//x", "é&<"] {
                gateway.index.put("data", "main", path)
            }
            let plain = try await gateway.client.get("/data?prefix=main%2F").elements("Key")
            #expect(
                plain == [
                    "main/&#1;&#31;&#127;", "main///x", "main/a&#13;&#10;b", "main/a+b c", "main/a/../b",
                    "main/é&amp;&lt;",
                ])
            let encoded = try await gateway.client.get("/data?prefix=main%2F&encoding-type=url").elements("Key")
            #expect(
                encoded == [
                    "main/%01%1F%7F", "main///x", "main/a%0D%0Ab", "main/a%2Bb%20c", "main/a/../b", "main/%C3%A9%26%3C",
                ])
            for path in [
                "%01%1F%7F", "%2F%2Fx", "/%2Fx", "//x", "a%0D%0Ab", "a+b%20c", "a%2Bb%20c", "a/../b", "%61/%2E./b",
            ] {
                #expect(try await gateway.client.send("HEAD", "/data/main/\(path)").status == 200, "\(path)")
            }
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
        limits.maxReferencesPerPage = 2
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
            // Behind a marker in a common prefix comes what is behind the common prefix.
            func folded(_ query: String) async throws -> [String] {
                try await client.get("/data?prefix=main%2F&delimiter=%2F&\(query)").elements("CommonPrefixes")
            }
            #expect(try await folded("marker=main%2Fb%2F1") == ["<Prefix>main/z/</Prefix>"])
            #expect(try await folded("versions&key-marker=main%2Fb%2F1") == ["<Prefix>main/z/</Prefix>"])
            // A delimiter may begin in a branch's name.
            #expect(
                try await client.get("/data?delimiter=n%2Fb").elements("CommonPrefixes") == ["<Prefix>main/b</Prefix>"])
        }
    }
}
