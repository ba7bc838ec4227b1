import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Operations on the settings of repositories")
struct RepositorySettingTests {
    /// Rules as an index keeps them, the tag of a kind that a test can tell.
    private final class Rules: Sendable {
        let state = Mutex<(patterns: [String]?, failures: Int)>((nil, 0))

        var protection: Protection {
            state.withLock { Protection(patterns: $0.patterns ?? [], tag: $0.patterns.map { "\($0.count)" } ?? "") }
        }

        func fixture() -> Fixture {
            Fixture { routes in
                routes.on(GetProtection.self) { _, _, _ in self.protection }
                routes.on(SetProtection.self) { request, _, _ in
                    let isRival = self.state.withLock { state in
                        state.failures -= 1
                        return state.failures >= 0
                    }
                    guard !isRival, request.ifMatch.map({ $0 == self.protection.tag }) ?? true else {
                        throw RPCError(.preconditionFailed, subject: "protection", "Precondition failed")
                    }
                    self.state.withLock { $0.patterns = request.patterns }
                    return Nothing()
                }
                routes.on(GetRepository.self) { request, _, _ in try Samples.repository(request.name.string) }
            }
        }
    }

    private static let path = "/repositories/repo/settings/branch_protection"

    @Test("rules are an array with an entity tag, which is empty while none were set")
    func protection() async throws {
        let fixture = Rules().fixture()
        let empty = try await fixture.send(.GET, Self.path)
        #expect(empty.text == "[]")
        #expect(empty.header("ETag") == "")
        let set = try await fixture.send(
            .PUT, Self.path, headers: ["If-Match": ""], json: #"[{"pattern":"main"},{"pattern":"v*"}]"#)
        #expect(set.status == 204)
        let shown = try await fixture.send(.GET, Self.path)
        #expect(shown.text == #"[{"pattern":"main"},{"pattern":"v*"}]"#)
        #expect(shown.header("ETag") == "2")
        let stale = try await fixture.send(.PUT, Self.path, headers: ["If-Match": "1"], json: "[]")
        #expect(stale.status == 412)
        #expect(stale.message == "Precondition failed")
        #expect(try await fixture.send(.PUT, Self.path, headers: ["If-Match": ""], json: "[]").status == 412)
        #expect(try await fixture.send(.PUT, Self.path, headers: ["If-Match": "\"2\""], json: "[]").status == 204)
        #expect(try await fixture.send(.PUT, Self.path, json: #"[{"pattern":"x"}]"#).status == 204)
        for json in [#"{"pattern":"main"}"#, #"[{"pattern":""}]"#, "[{}]"] {
            #expect(try await fixture.send(.PUT, Self.path, json: json).status == 400, "\(json)")
        }
    }

    @Test("rules one at a time, as older clients change them")
    func older() async throws {
        let rules = Rules()
        let fixture = rules.fixture()
        let path = "/repositories/repo/branch_protection"
        #expect(try await fixture.send(.GET, "\(path)/set_allowed").status == 204)
        #expect(try await fixture.send(.POST, path, json: #"{"pattern":"main"}"#).status == 204)
        // Somebody else is faster twice.
        rules.state.withLock { $0.failures = 2 }
        #expect(try await fixture.send(.POST, path, json: #"{"pattern":"v*"}"#).status == 204)
        #expect(try await fixture.send(.POST, path, json: #"{"pattern":"main"}"#).status == 204)
        #expect(try await fixture.send(.GET, path).text == #"[{"pattern":"main"},{"pattern":"v*"}]"#)
        let unknown = try await fixture.send(.DELETE, path, json: #"{"pattern":"x"}"#)
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"message":"branch protection rule not found"}"#)
        #expect(try await fixture.send(.DELETE, path, json: #"{"pattern":"main"}"#).status == 204)
        #expect(try await fixture.send(.GET, path).text == #"[{"pattern":"v*"}]"#)
    }

    @Test("metadata is shown, merged and removed key by key")
    func metadata() async throws {
        let asked = Recorder<ChangeRepositoryMetadata.Request>()
        let fixture = Fixture { routes in
            routes.on(GetRepositoryMetadata.self) { _, _, _ in RepositoryMetadata(values: ["a_b": "c"]) }
            routes.on(ChangeRepositoryMetadata.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        let path = "/repositories/repo/metadata"
        #expect(try await fixture.send(.GET, path).text == #"{"a_b":"c"}"#)
        #expect(try await fixture.send(.POST, path, json: #"{"metadata":{"some_key":"v"}}"#).status == 204)
        #expect(asked.last?.set == ["some_key": "v"])
        #expect(asked.last?.removed == [])
        #expect(try await fixture.send(.DELETE, path, json: #"{"keys":["a_b"]}"#).status == 204)
        #expect(asked.last?.set == [:])
        #expect(asked.last?.removed == ["a_b"])
        #expect(try await fixture.send(.POST, path, json: "{}").status == 400)
    }
}
