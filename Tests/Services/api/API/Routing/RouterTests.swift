import NIOHTTP1
import Testing

@testable import API

@Suite("The router")
struct RouterTests {
    private func route(_ name: String, _ method: HTTPMethod, _ path: String) -> Route {
        Route(name, method, path, .objects, "", replies: [], access: .open)
    }

    private var router: Router {
        Router([
            route("dump", .PUT, "/repositories/{r}/refs/dump"),
            route("log", .GET, "/repositories/{r}/refs/{ref}/commits"),
            route("get", .GET, "/repositories/{r}/refs/{ref}/objects"),
            route("head", .HEAD, "/repositories/{r}/refs/{ref}/objects"),
            route("list", .GET, "/repositories"),
        ])
    }

    @Test(
        "prefers a literal, and takes the parameter where the literal leads nowhere",
        arguments: [
            (HTTPMethod.PUT, ["repositories", "a", "refs", "dump"], "dump", ["a"]),
            (.GET, ["repositories", "a", "refs", "dump", "commits"], "log", ["a", "dump"]),
            (.GET, ["repositories", "a", "refs", "main", "objects"], "get", ["a", "main"]),
            (.HEAD, ["repositories", "a", "refs", "main", "objects"], "head", ["a", "main"]),
            (.GET, ["repositories"], "list", []),
        ] as [(HTTPMethod, [String], String, [String])])
    func matches(method: HTTPMethod, elements: [String], operation: String, values: [String]) throws {
        let match = try #require(router.match(method, elements[...]))
        #expect(match.route.operation == operation)
        #expect(match.values == values)
    }

    @Test(
        "knows no path that is not a route's",
        arguments: [
            (HTTPMethod.GET, []), (.GET, [""]), (.GET, ["repositories", ""]), (.POST, ["repositories"]),
            (.HEAD, ["repositories"]), (.GET, ["repositories", "a", "refs", "main", "objects", ""]),
            (.GET, ["repositories", "a", "refs", "", "objects"]), (.GET, ["repositories", "a", "refs", "dump"]),
        ] as [(HTTPMethod, [String])])
    func unknown(method: HTTPMethod, elements: [String]) {
        #expect(router.match(method, elements[...]) == nil)
    }
}
