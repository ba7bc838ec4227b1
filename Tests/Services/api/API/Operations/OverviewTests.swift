import Domain
import NIOHTTP1
import ServiceKit
import Testing
import Wire

@testable import API

@Suite("What Tarn tells of objects beyond the protocol")
struct OverviewTests {
    @Test("a listing with last commits is a page of rows")
    func lastCommits() async throws {
        let asked = Recorder<ListLastCommits.Request>()
        let fixture = Fixture { routes in
            routes.on(ListLastCommits.self) { request, _, _ in
                asked.note(request)
                return Listed(
                    results: [
                        LastCommitRow(path: "a/", isPrefix: true, commit: try Samples.commit(), isExact: false),
                        LastCommitRow(path: "b", isPrefix: false, size: 5, isStaged: true, commit: nil),
                    ], hasMore: true)
            }
        }
        let answer = try await fixture.send(
            .GET, "/repositories/repo/refs/main~1/objects/last_commits?prefix=x&after=y&amount=2&delimiter=/")
        #expect(answer.status == 200)
        #expect(
            answer.text.hasPrefix(
                #"{"pagination":{"has_more":true,"next_offset":"b","results":2,"max_per_page":1000},"results":[{"path":"a/","path_type":"common_prefix","staged":false,"commit":{"id":"\#(Samples.commitID)""#
            ), "\(answer.text)")
        #expect(
            answer.text.hasSuffix(
                #""exact":false},{"path":"b","path_type":"object","size_bytes":5,"staged":true,"exact":true}]}"#))
        #expect(asked.last?.reference.description == "main~1")
        #expect(asked.last?.range == ListRange(prefix: "x", after: "y", amount: 2))
        #expect(asked.last?.delimiter == "/")
        #expect(
            try await fixture.send(.GET, "/repositories/repo/refs/main@/objects/last_commits?amount=1001").status == 400
        )
    }

    @Test("sums of prefixes, of everything where none is named")
    func summaries() async throws {
        let asked = Recorder<SummarizeObjects.Request>()
        let fixture = Fixture { routes in
            routes.on(SummarizeObjects.self) { request, _, _ in
                asked.note(request)
                return PrefixSummaries(
                    results: request.prefixes.map { PrefixSummary(prefix: $0, objects: 3, bytes: 1 << 40) })
            }
        }
        let path = "/repositories/repo/refs/main/objects/summary"
        let answer = try await fixture.send(.GET, "\(path)?prefixes=a/&prefixes=b%22")
        #expect(
            answer.text
                == #"{"results":[{"prefix":"a/","objects":3,"size_bytes":1099511627776},{"prefix":"b\"","objects":3,"size_bytes":1099511627776}]}"#
        )
        #expect(asked.last?.prefixes == ["a/", "b\""])
        #expect(try await fixture.send(.GET, path).status == 200)
        #expect(asked.last?.prefixes == [""])
        #expect(try await fixture.send(.GET, "\(path)?prefixes=").status == 200)
        #expect(asked.last?.prefixes == [""])
    }
}
