import Domain
import NIOHTTP1
import Testing

@testable import API

@Suite("Examples of requests")
struct RequestExampleTests {
    @Test("each leads to its operation, with a query that is taken", arguments: Routes.all.map(\.operation))
    func target(operation: String) throws {
        let route = try #require(Routes.all.first { $0.operation == operation })
        let target = try RequestTarget(RequestExample(route: route).path)
        #expect(target.elements.starts(with: Dispatcher.basePath))
        let match = try #require(Router(Routes.all).match(route.method, target.elements.dropFirst(2)))
        #expect(match.route.operation == operation)
        try RequestCheck.parameters(of: route, target, [:])
    }

    @Test("each body is one that its operation takes", arguments: Routes.all.map(\.operation))
    func body(operation: String) throws {
        let route = try #require(Routes.all.first { $0.operation == operation })
        guard case .json(let schema, _) = route.body else { return }
        let json = RequestExample.json(schema)
        try schema.check(json)
        // It stands between single quotes.
        #expect(!json.contains(UInt8(ascii: "'")))
        #expect(RequestExample(route: route).curl.contains(String(decoding: json, as: UTF8.self)))
    }

    @Test("credentials are shown where they are needed, and the method where curl would not guess it")
    func form() throws {
        func curl(_ operation: String) throws -> String {
            RequestExample(route: try #require(Routes.all.first { $0.operation == operation })).curl
        }
        #expect(try curl("healthCheck") == "curl \\\n  \"$TARN_ENDPOINT/api/v1/healthcheck\"")
        let key = #"curl -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#
        #expect(
            try curl("createBranch")
                == key
                    + #"""
                     -X POST \
                      -H 'Content-Type: application/json' \
                      -d '{"name":"work","source":"main"}' \
                      "$TARN_ENDPOINT/api/v1/repositories/lake/branches"
                    """#)
        #expect(try curl("headObject").hasPrefix(key + " --head"))
        #expect(try curl("uploadObject").contains("--data-binary @part-0.parquet"))
    }
}
