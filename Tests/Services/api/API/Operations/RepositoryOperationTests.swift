import Domain
import JSONCodec
import NIOHTTP1
import ObjectStore
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Operations on repositories")
struct RepositoryOperationTests {
    private static let json =
        #"{"id":"repo","creation_date":1600000000,"default_branch":"main","storage_namespace":"local://repo","storage_id":"","read_only":false}"#

    @Test("a list is a page, its pagination whole")
    func list() async throws {
        let asked = Recorder<ListRepositories.Request>()
        let fixture = Fixture { routes in
            routes.on(ListRepositories.self) { request, _, _ in
                asked.note(request)
                return Listed(results: [try Samples.repository()], hasMore: true)
            }
        }
        let answer = try await fixture.send(.GET, "/repositories?prefix=re&after=a&amount=1&search=po")
        #expect(answer.status == 200)
        #expect(
            answer.text
                == #"{"pagination":{"has_more":true,"next_offset":"repo","results":1,"max_per_page":1000},"results":[\#(Self.json)]}"#
        )
        // One more, to know whether there is one.
        #expect(asked.all.first?.range == ListRange(prefix: "re", after: "a", amount: 2))
        #expect(asked.last?.search == "po")
    }

    @Test("absent, 0 and -1 ask for 100 rows; the last page has no next", arguments: ["", "?amount=0", "?amount=-1"])
    func amounts(query: String) async throws {
        let asked = Recorder<ListRepositories.Request>()
        let fixture = Fixture { routes in
            routes.on(ListRepositories.self) { request, _, _ in
                asked.note(request)
                return Listed(results: [], hasMore: false)
            }
        }
        let answer = try await fixture.send(.GET, "/repositories\(query)")
        #expect(asked.last?.range.amount == 101)
        #expect(
            answer.text
                == #"{"pagination":{"has_more":false,"next_offset":"","results":0,"max_per_page":1000},"results":[]}"#)
    }

    @Test("making one")
    func create() async throws {
        let asked = Recorder<CreateRepository.Request>()
        let principals = Recorder<Principal?>()
        let fixture = Fixture { routes in
            routes.on(CreateRepository.self) { request, context, _ in
                asked.note(request)
                principals.note(context.principal)
                return try Samples.repository()
            }
        }
        let answer = try await fixture.send(
            .POST, "/repositories?bare=true",
            json: #"{"name":"repo","storage_namespace":"local://repo/","read_only":true,"default_branch":"trunk"}"#)
        #expect(answer.status == 201)
        #expect(answer.text == Self.json)
        let request = try #require(asked.last)
        #expect(request.storageNamespace.string == "local://repo")
        #expect(request.defaultBranch.string == "trunk")
        #expect(request.isReadOnly && request.isBare)
        #expect(principals.last??.userID == "admin")
    }

    @Test(
        "what a namespace or branch may not be is 400",
        arguments: [
            #"{"name":"repo","storage_namespace":"s3://bucket"}"#,
            #"{"name":"repo","storage_namespace":"gs://bucket"}"#,
            #"{"name":"repo","storage_namespace":"local://a/../b"}"#,
            #"{"name":"repo","storage_namespace":"local://"}"#,
            #"{"name":"repo","storage_namespace":"local://a","storage_id":"x"}"#,
            #"{"name":"repo","storage_namespace":"local://a","default_branch":"a.b"}"#,
        ])
    func badNamespace(json: String) async throws {
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "") }
        }
        #expect(try await fixture.send(.POST, "/repositories", json: json).status == 400)
    }

    @Test("a name that is taken is told before a bad namespace")
    func taken() async throws {
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        let answer = try await fixture.send(
            .POST, "/repositories", json: #"{"name":"repo","storage_namespace":"s3://bucket"}"#)
        #expect(answer.status == 409)
        #expect(answer.message == "error creating repository: not unique")
    }

    @Test("a namespace that the store cannot reach is 400, a store that is away 503")
    func store() async throws {
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "") }
        }
        let json = #"{"name":"repo","storage_namespace":"local://a"}"#
        fixture.store.failure.withLock { $0.list = ObjectStoreError(.notFound, "no such bucket") }
        #expect(try await fixture.send(.POST, "/repositories", json: json).status == 400)
        fixture.store.failure.withLock { $0.list = ObjectStoreError(.unavailable, "away") }
        #expect(try await fixture.send(.POST, "/repositories", json: json).status == 503)
    }

    @Test("showing and deleting one")
    func getAndDelete() async throws {
        let asked = Recorder<DeleteRepository.Request>()
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(DeleteRepository.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        #expect(try await fixture.send(.GET, "/repositories/repo").text == Self.json)
        let answer = try await fixture.send(.DELETE, "/repositories/repo?force=true")
        #expect(answer.status == 204)
        #expect(answer.text.isEmpty)
        #expect(asked.last?.force == true)
    }
}
