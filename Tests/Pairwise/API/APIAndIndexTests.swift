import JSONCodec
import NIOCore
import ServiceKit
import TestSupport
import Testing
import Wire

/// An API and an index as users run them, their auth played by the test.
private struct Pair {
    let index: ServiceProcess
    let api: ServiceProcess
    let auth: TestHTTPServer
    let client: RESTClient
    let store: TemporaryFolder

    static func start() async throws -> Pair {
        var routes = RPCRoutes()
        routes.on(VerifySecret.self) { request, _, _ in
            Verified(principal: Principal(userID: request.accessKeyID), policies: [.everything])
        }
        routes.on(AppendAudit.self) { _, _, _ in Nothing() }
        let auth = try await TestHTTPServer.start(
            RPCServer(routes, callers: ServiceCredentials.callers, logger: .silent))
        let store = try TemporaryFolder()
        let index = try await RealServices.index()
        let api = try RealServices.api(index: index.address, auth: "127.0.0.1:\(auth.port)", store: store)
        try await index.start()
        try await api.start()
        let client = RESTClient(
            port: try #require(api.publicPort), authorization: RESTClient.basic("tester", "secret"))
        return Pair(index: index, api: api, auth: auth, client: client, store: store)
    }

    static func run(_ body: (Pair) async throws -> Void) async throws {
        let pair = try await start()
        do {
            try await body(pair)
        } catch {
            await pair.stop()
            throw error
        }
        await pair.stop()
    }

    private func stop() async {
        api.kill()
        index.kill()
        await auth.server.shutdown(drain: .zero)
    }

    func makeRepository(_ name: String = "repo", namespace: String? = nil) async throws {
        let made = try await client.send(
            "POST", "/repositories", json: #"{"name":"\#(name)","storage_namespace":"local://\#(namespace ?? name)"}"#)
        #expect(made.status == 201, "\(made.text)")
    }

    func upload(_ path: String, _ content: String) async throws -> Int {
        try await client.send("POST", "/repositories/repo/branches/main/objects?path=\(path)", body: content).status
    }

    func read(_ path: String, at reference: String = "main") async throws -> RawResponse {
        try await client.send("GET", "/repositories/repo/refs/\(reference)/objects?path=\(path)")
    }

    /// Asks until the index answers again.
    func waitForIndex() async throws {
        for _ in 0..<100 {
            if try await client.send("GET", "/repositories/repo").status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the API does not find the index again")
    }
}

@Suite("The API with a real index", .serialized)
struct APIAndIndexTests {
    @Test("what is written, committed, branched and merged is read back")
    func wholePath() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            let repository = "/repositories/repo"
            #expect(try await pair.upload("a/b", "one") == 201)
            #expect(try await pair.read("a/b").text == "one")
            let commit = try await pair.client.send(
                "POST", "\(repository)/branches/main/commits", json: #"{"message":"m"}"#)
            #expect(commit.status == 201)
            #expect(commit.text.contains(#""committer":"tester""#))
            let branch = try await pair.client.send(
                "POST", "\(repository)/branches", json: #"{"name":"dev","source":"main"}"#)
            #expect(branch.status == 201)
            #expect(commit.text.contains(branch.text))
            let changed = try await pair.client.send("POST", "\(repository)/branches/dev/objects?path=a/b", body: "two")
            #expect(changed.status == 201)
            #expect(
                try await pair.client.send("POST", "\(repository)/branches/dev/commits", json: #"{"message":"m"}"#)
                    .status == 201)
            let diff = try await pair.client.send("GET", "\(repository)/refs/main/diff/dev")
            #expect(diff.text.contains(#"{"type":"changed","path":"a/b","path_type":"object","size_bytes":3}"#))
            #expect(try await pair.client.send("POST", "\(repository)/refs/dev/merge/main", json: "{}").status == 200)
            #expect(try await pair.read("a/b").text == "two")
            #expect(try await pair.read("a/b", at: "main~1").text == "one")
            #expect(try await pair.read("a/b", at: branch.text).text == "one")
        }
    }

    @Test("protected branches are merged into and not written to; metadata, sums and last commits are told")
    func settings() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            let repository = "/repositories/repo"
            func send(_ method: String, _ path: String, _ json: String? = nil, _ headers: [String: String] = [:])
                async throws -> RawResponse
            {
                try await pair.client.send(method, repository + path, json: json, headers: headers)
            }
            #expect(try await pair.upload("a/b", "one") == 201)
            #expect(try await send("POST", "/branches/main/commits", #"{"message":"first"}"#).status == 201)
            #expect(try await send("POST", "/branches", #"{"name":"dev","source":"main"}"#).status == 201)

            let rules = "/settings/branch_protection"
            #expect(try await send("GET", rules).header("etag") == "")
            #expect(try await send("PUT", rules, #"[{"pattern":"ma*"}]"#, ["If-Match": ""]).status == 204)
            #expect(try await send("PUT", rules, "[]", ["If-Match": ""]).status == 412)
            #expect(try await send("PUT", rules, #"[{"pattern":"{"}]"#).status == 400)
            #expect(try await send("GET", rules).text == #"[{"pattern":"ma*"}]"#)
            let refused = try await pair.client.send(
                "POST", "\(repository)/branches/main/objects?path=c", body: "two")
            #expect(refused.status == 403)
            #expect(refused.text == #"{"message":"cannot write to protected branch"}"#)
            #expect(try await send("DELETE", "/branches/main/objects?path=a/b&force=true").status == 403)
            let bulk = try await send("POST", "/branches/main/objects/delete", #"{"paths":["a/b"]}"#)
            #expect(bulk.text.contains(#""path":"a/b","status_code":403"#), "\(bulk.text)")
            let commit = try await send("POST", "/branches/main/commits", #"{"message":"m","allow_empty":true}"#)
            #expect(commit.status == 403)
            #expect(commit.text.contains("cannot commit to protected branch"))
            let changed = try await pair.client.send("POST", "\(repository)/branches/dev/objects?path=c", body: "two")
            #expect(changed.status == 201)
            #expect(try await send("POST", "/branches/dev/commits", #"{"message":"second"}"#).status == 201)
            #expect(try await send("POST", "/refs/dev/merge/main", "{}").status == 200)

            let last = try await send("GET", "/refs/main/objects/last_commits?delimiter=/")
            #expect(last.status == 200)
            let messages = last.text.split(separator: #""message":""#).dropFirst().map { $0.prefix { $0 != "\"" } }
            #expect(messages == ["first", "second"], "\(last.text)")
            #expect(
                try await send("GET", "/refs/main/objects/summary?prefixes=a/&prefixes=").text
                    == #"{"results":[{"prefix":"a/","objects":1,"size_bytes":3},{"prefix":"","objects":2,"size_bytes":6}]}"#
            )
            #expect(try await send("POST", "/metadata", #"{"metadata":{"k_k":"v","l":""}}"#).status == 204)
            #expect(try await send("DELETE", "/metadata", #"{"keys":["l","none"]}"#).status == 204)
            #expect(try await send("GET", "/metadata").text == #"{"k_k":"v"}"#)
        }
    }

    @Test(
        "failures keep their status and the words that clients look for",
        arguments: [
            ("GET", "/repositories/none", nil, 404, "repository not found"),
            ("GET", "/repositories/repo/branches/none", nil, 404, "branch not found"),
            ("GET", "/repositories/repo/tags/none", nil, 404, "tag not found"),
            ("GET", "/repositories/repo/refs/main/objects/stat?path=none", nil, 404, "not found"),
            ("POST", "/repositories", #"{"name":"repo","storage_namespace":"local://other"}"#, 409, "not unique"),
            (
                "POST", "/repositories", #"{"name":"other","storage_namespace":"local://repo"}"#, 400,
                "storage namespace already in use"
            ),
            (
                "POST", "/repositories", #"{"name":"other","storage_namespace":"local://repo/below"}"#, 400,
                "storage namespace already in use"
            ),
            ("POST", "/repositories/repo/branches/main/commits", #"{"message":"m"}"#, 400, "no changes"),
            ("POST", "/repositories/repo/branches", #"{"name":"main","source":"main"}"#, 409, "branch already exists"),
            ("POST", "/repositories/repo/tags", #"{"id":"main","ref":"main"}"#, 409, "conflict found"),
            ("DELETE", "/repositories/repo/branches/main", nil, 403, "cannot delete repository default branch"),
            ("GET", "/repositories/repo/commits/main~x", nil, 400, "reference"),
        ] as [(String, String, String?, Int, String)])
    func failures(method: String, path: String, json: String?, status: Int, words: String) async throws {
        let pair = try await SharedPair.value()
        let answer = try await pair.client.send(method, path, json: json)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.text.contains(words), "\(answer.text)")
    }

    @Test("an index that is down is 503, never 404, and what was written is there when it is back")
    func down() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            #expect(try await pair.upload("kept", "content") == 201)
            pair.index.kill()
            #expect(try await pair.read("kept").status == 503)
            #expect(try await pair.upload("refused", "content") == 503)
            #expect(try await pair.client.send("GET", "/repositories/none").status == 503)
            #expect(try await pair.client.send("GET", "/healthcheck").status == 204)
            #expect(try await pair.client.send("GET", "/config").status == 200)
            #expect(try await pair.client.send("GET", "/repositories?amount=x").status == 400)
            try await pair.index.start()
            try await pair.waitForIndex()
            #expect(try await pair.read("kept").text == "content")
            #expect(try await pair.read("refused").status == 404)
        }
    }

    @Test("an index that is slow is waited for")
    func slow() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            #expect(try await pair.upload("a", "content") == 201)
            pair.index.freeze()
            async let read = pair.read("a")
            async let write = pair.upload("b", "content")
            try await Task.sleep(for: .seconds(1))
            pair.index.thaw()
            #expect(try await read.text == "content")
            #expect(try await write == 201)
        }
    }

    @Test("killed under load and started again, an index has every object whose writer heard success")
    func restarted() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            let acknowledged = try await withThrowingTaskGroup(of: [Int].self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        var acknowledged: [Int] = []
                        for number in 0..<40 {
                            let id = writer * 1_000 + number
                            if try await pair.upload("object-\(id)", "content \(id)") == 201 { acknowledged.append(id) }
                        }
                        return acknowledged
                    }
                }
                for _ in 0..<2 {
                    try await Task.sleep(for: .milliseconds(150))
                    pair.index.kill()
                    try await pair.index.start()
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try await pair.waitForIndex()
            #expect(!acknowledged.isEmpty)
            for id in acknowledged { #expect(try await pair.read("object-\(id)").text == "content \(id)") }
        }
    }

    @Test("an upload to a repository that was made again meanwhile goes to the one that is there")
    func madeAgain() async throws {
        try await Pair.run { pair in
            try await pair.makeRepository()
            #expect(try await pair.upload("a", "first") == 201)
            // Another API deletes and makes it: this one still remembers the first.
            let other = try RealServices.api(
                index: pair.index.address, auth: "127.0.0.1:\(pair.auth.port)", store: pair.store)
            try await other.start()
            var client = pair.client
            client = RESTClient(port: try #require(other.publicPort), authorization: client.authorization)
            #expect(try await client.send("DELETE", "/repositories/repo").status == 204)
            let made = try await client.send(
                "POST", "/repositories", json: #"{"name":"repo","storage_namespace":"local://again"}"#)
            #expect(made.status == 201)
            let written = try await pair.client.send(
                "POST", "/repositories/repo/branches/main/objects?path=b", body: "second")
            #expect(written.status == 201)
            #expect(written.text.contains("local://again/data/"))
            #expect(try await pair.read("b").text == "second")
            #expect(try await pair.read("a").status == 404)
            other.kill()
        }
    }
}

/// One pair with one repository for tests that change nothing.
private enum SharedPair {
    private static let task = Task {
        let pair = try await Pair.start()
        try await pair.makeRepository()
        return pair
    }

    static func value() async throws -> Pair { try await task.value }
}
