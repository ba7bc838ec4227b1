import JSONCodec
import NIOHTTP1
import Testing

@testable import API

@Suite("The routes are the protocol")
struct RoutesTests {
    @Test("every operation of the protocol has its route, and there is no other but Tarn's own")
    func complete() {
        let expected = Set(ProtocolOperations.all.map { $0.joined(separator: " ") })
        let actual = Routes.all.filter { $0.area != .tarn }.map {
            "\($0.method.rawValue) \($0.template) \($0.operation)"
        }
        #expect(expected.count == 134)
        #expect(Set(actual) == expected)
        #expect(actual.count == expected.count, "a route is there twice")
        #expect(Set(Routes.all.map(\.operation)).count == Routes.all.count, "a name is there twice")
    }

    @Test("the router finds each route by its own path")
    func found() throws {
        let router = Router(Routes.all)
        for route in Routes.all {
            let elements = route.template.elements.map { element in
                switch element {
                case .literal(let text): text
                case .parameter(let name): "value-of-\(name)"
                }
            }
            let match = try #require(router.match(route.method, elements[...]), "\(route.operation)")
            #expect(match.route.operation == route.operation)
            #expect(match.values == route.template.parameters.map { "value-of-\($0)" })
        }
    }

    @Test("a built operation asks for a permission unless it is open to whoever signs in")
    func permissions() {
        let open: Set = [
            "setupCommPrefs", "getSetupState", "setup", "login", "externalPrincipalLogin", "stsLogin",
            "loginWithPassword", "oidcLogin", "oauthCallback", "logout", "getAuthCapabilities", "healthCheck",
        ]
        let signedIn: Set = [
            "createSession", "getCurrentUser", "getConfig", "getLakeFSVersion", "getGarbageCollectionConfig",
            "postStatsEvents",
            "getUsageReportSummary",
        ]
        for route in Routes.all where route.handler != nil {
            switch route.access {
            case .open: #expect(open.contains(route.operation), "\(route.operation)")
            case .signedIn: #expect(signedIn.contains(route.operation), "\(route.operation)")
            case .needs(let needs): #expect(!needs.isEmpty, "\(route.operation)")
            }
        }
        for route in Routes.all where open.contains(route.operation) {
            guard case .open = route.access else {
                Issue.record("\(route.operation) asks for credentials")
                continue
            }
        }
    }

    @Test("a template's parameters are those that its targets name")
    func targets() {
        for route in Routes.all {
            let inQuery = Set(route.parameters.filter { $0.location == .query }.map(\.name))
            let inPath = Set(route.template.parameters)
            for need in route.access.needs {
                switch need.target {
                case .all, .some, .byHandler: break
                case .repository, .everyObject: #expect(inPath.contains("repository"), "\(route.operation)")
                case .branch(let name), .tag(let name): #expect(inPath.contains(name), "\(route.operation)")
                case .user(let name), .group(let name), .policy(let name):
                    #expect(inPath.contains(name), "\(route.operation)")
                case .object(let name), .externalPrincipal(let name), .listing(let name), .listings(let name):
                    #expect(inQuery.contains(name), "\(route.operation)")
                }
            }
        }
    }
}
