import Domain
import NIOHTTP1
import Policy
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Who may do what over S3")
struct S3PermissionTests {
    /// A gateway whose user may do one thing at one moment and another at the next.
    private struct Subject {
        let gateway: TestGateway
        let elapsed: MovedTime
        /// One that is under way.
        let uploadID: String

        func set(_ policies: [PolicyDocument]) {
            gateway.auth.set(policies)
            // What was said before is too old now.
            elapsed.advance(.seconds(6))
        }

        static func run(_ body: (Subject) async throws -> Void) async throws {
            let elapsed = MovedTime()
            let start = ContinuousClock.now
            try await TestGateway.run(newNamespaces: "local://", now: { start + elapsed.value }) { gateway in
                try gateway.index.make("data", branches: ["main", "dev"])
                for path in ["a", "src", "logs/1", "logs/2", "private/1"] { gateway.index.put("data", "main", path) }
                let upload = try await gateway.client.send("POST", "/data/main/a?uploads")
                try await body(
                    Subject(gateway: gateway, elapsed: elapsed, uploadID: try #require(upload.element("UploadId"))))
            }
        }

        /// What a refused request must leave as it is.
        var state: State {
            gateway.index.store.withLock { store in
                State(
                    repositories: Set(store.repositories.keys), branches: store.branches, objects: store.objects,
                    uploads: Set(store.uploads.keys), files: Set(gateway.files))
            }
        }
    }

    private struct State: Equatable {
        let repositories: Set<String>
        let branches: [String: Set<String>]
        let objects: [String: [String: [[UInt8]: Entry]]]
        let uploads: Set<String>
        let files: Set<String>
    }

    private struct Request {
        let method: HTTPMethod
        let target: String
        var isCopy = false
        var body: [UInt8] = []
    }

    /// A request for each operation, found as clients' requests are: a new operation has one without being named here.
    private static let requests: [S3Operation: Request] = {
        var requests: [S3Operation: Request] = [:]
        let targets: [(S3Operation.Scope, String)] = [(.service, "/"), (.bucket, "/data"), (.object, "/data/main/a")]
        for method in [HTTPMethod.GET, .HEAD, .PUT, .DELETE, .POST] {
            for (scope, target) in targets {
                let queries = S3Operation.routes(method, scope).map { route in
                    route.also.map { "\(route.parameter)=1&\($0)=1" } ?? "\(route.parameter)=1"
                }
                for query in ["", "list-type=2"] + queries {
                    for isCopy in [false, true] {
                        guard
                            let operation = try? S3Operation(method, scope, QueryItems(query), isCopy: isCopy),
                            requests[operation] == nil
                        else { continue }
                        requests[operation] = Request(
                            method: method, target: query.isEmpty ? target : "\(target)?\(query)", isCopy: isCopy,
                            body: operation == .deleteObjects ? deletion : [])
                    }
                }
            }
        }
        return requests
    }()

    private static let deletion = Array("<Delete><Object><Key>main/a</Key></Object></Delete>".utf8)

    /// What asks in another way: browsers, for nobody, and with a form, which has its own test.
    private static let apart: Set<S3Operation> = [.corsPreflight, .postObject]

    private static func needed(_ operation: S3Operation) -> Set<Action> {
        switch operation {
        case .copyObject, .uploadPartCopy: [.writeObject, .readObject]
        default: [operation.action]
        }
    }

    private static func send(_ operation: S3Operation, _ subject: Subject) async throws -> RawResponse {
        let request = try #require(requests[operation], "\(operation.rawValue)")
        var fields: [S3TestClient.Field] = request.isCopy ? [("x-amz-copy-source", "/data/main/src")] : []
        switch operation {
        case .putBucketAcl, .putObjectAcl: fields.append(("x-amz-acl", "private"))
        case .getObjectAttributes: fields.append(("x-amz-object-attributes", "ETag"))
        default: break
        }
        return try await subject.gateway.client.send(
            request.method.rawValue, request.target.replacing("uploadId=1", with: "uploadId=\(subject.uploadID)"),
            fields,
            body: request.body)
    }

    private static func isRefused(_ response: RawResponse, _ operation: S3Operation) -> Bool {
        switch operation {
        // HEAD has no document.
        case .headBucket, .headObject: response.status == 403
        case .deleteObjects: response.status == 200 && response.elements("Code") == ["AccessDenied"]
        default: response.status == 403 && response.code == "AccessDenied"
        }
    }

    private static func policy(_ effect: String, _ actions: some Sequence<Action>, on resource: String = "*")
        -> PolicyStatement
    {
        PolicyStatement(effect: effect, action: actions.map(\.rawValue), resource: resource)
    }

    @Test("every operation is refused to who may do all but that, and changes nothing")
    func refused() async throws {
        let operations = Set(S3Operation.allCases).subtracting(Self.apart)
        #expect(operations.subtracting(Self.requests.keys).isEmpty)
        try await Subject.run { subject in
            let before = subject.state
            for operation in operations.sorted(by: { $0.rawValue < $1.rawValue }) {
                for action in Self.needed(operation) {
                    let others = Set(Action.allCases).subtracting([action])
                    for statements in [
                        [Self.policy("allow", others)],
                        [Self.policy("allow", Action.allCases), Self.policy("deny", [action])],
                    ] {
                        subject.set([PolicyDocument(id: "p", statement: statements)])
                        let response = try await Self.send(operation, subject)
                        #expect(
                            Self.isRefused(response, operation),
                            "\(operation.rawValue) without \(action.rawValue): \(response.status) \(response.text)")
                        #expect(subject.state == before, "\(operation.rawValue) without \(action.rawValue)")
                    }
                }
            }
        }
    }

    @Test("every operation goes on for who may do that and nothing else")
    func allowed() async throws {
        for operation in Set(S3Operation.allCases).subtracting(Self.apart) {
            try await Subject.run { subject in
                let request = try #require(Self.requests[operation])
                let resource: String
                if request.target == "/" {
                    resource = "arn:lakefs:fs:::repository/data"
                } else if request.target.hasPrefix("/data/main/a") || operation == .deleteObjects {
                    resource = "arn:lakefs:fs:::repository/data/object/a"
                } else {
                    resource = "arn:lakefs:fs:::repository/data"
                }
                var statements = [Self.policy("allow", [operation.action], on: resource)]
                if request.isCopy {
                    statements.append(
                        Self.policy("allow", [.readObject], on: "arn:lakefs:fs:::repository/data/object/src"))
                }
                subject.set([PolicyDocument(id: "p", statement: statements)])
                let response = try await Self.send(operation, subject)
                #expect(
                    !Self.isRefused(response, operation) && response.status != 403,
                    "\(operation.rawValue): \(response.status) \(response.text)")
            }
        }
    }

    @Test("keys of a bulk delete are refused one by one")
    func bulk() async throws {
        try await Subject.run { subject in
            subject.set([
                PolicyDocument(
                    id: "p",
                    statement: [
                        Self.policy("allow", [.deleteObject], on: "arn:lakefs:fs:::repository/data/object/logs/*")
                    ])
            ])
            let keys = ["main/a", "main/logs/1", "main/private/1", "main/logs/2"]
            let body = "<Delete>" + keys.map { "<Object><Key>\($0)</Key></Object>" }.joined() + "</Delete>"
            let response = try await subject.gateway.client.send("POST", "/data?delete", body: Array(body.utf8))
            #expect(response.status == 200)
            #expect(response.elements("Code") == ["AccessDenied", "AccessDenied"])
            let index = subject.gateway.index
            #expect(index.entry("data", "main", "a") != nil && index.entry("data", "main", "private/1") != nil)
            #expect(index.entry("data", "main", "logs/1") == nil && index.entry("data", "main", "logs/2") == nil)
        }
    }

    @Test("a copy needs to read there and to write here")
    func copies() async throws {
        try await Subject.run { subject in
            let (read, write) = (
                Self.policy("allow", [.readObject], on: "arn:lakefs:fs:::repository/data/object/logs/*"),
                Self.policy("allow", [.writeObject], on: "arn:lakefs:fs:::repository/data/object/copies/*")
            )
            for (statements, source, target, isAllowed) in [
                ([read, write], "logs/1", "copies/1", true), ([read], "logs/1", "copies/2", false),
                ([write], "logs/1", "copies/3", false), ([read, write], "private/1", "copies/4", false),
                ([read, write], "logs/1", "logs/3", false),
            ] {
                subject.set([PolicyDocument(id: "p", statement: statements)])
                let response = try await subject.gateway.client.send(
                    "PUT", "/data/main/\(target)", [("x-amz-copy-source", "/data/main/\(source)")])
                #expect((response.status == 200) == isAllowed, "\(source) \(target) \(response.text)")
                #expect((response.code == "AccessDenied") != isAllowed)
                #expect((subject.gateway.index.entry("data", "main", target) != nil) == isAllowed)
            }
        }
    }

    @Test("a listing is covered by its prefix, or refused; rows are never left out")
    func listings() async throws {
        let right = Self.policy("allow", [.listObjects], on: "arn:lakefs:fs:::repository/data/object/logs/*")
        let secret = Self.policy("deny", [.listObjects], on: "arn:lakefs:fs:::repository/data/object/logs/2*")
        try await Subject.run { subject in
            for (statements, prefix, isAllowed) in [
                ([right], "main/logs/", true), ([right], "main/logs/1", true), ([right], "dev/logs/", true),
                ([right], "main/logs", false), ([right], "main/", false), ([right], "main", false),
                ([right], "", false),
                ([right], "main/private/", false), ([right, secret], "main/logs/", false),
                ([right, secret], "main/logs/1", true), ([right, secret], "main/logs/2", false),
            ] {
                subject.set([PolicyDocument(id: "p", statement: statements)])
                for target in [
                    "/data?prefix=\(prefix)", "/data?list-type=2&prefix=\(prefix)",
                    "/data?list-type=2&max-keys=0&prefix=\(prefix)", "/data?versions&prefix=\(prefix)",
                    "/data?uploads&prefix=\(prefix)",
                ] {
                    let response = try await subject.gateway.client.get(target)
                    #expect(response.status == (isAllowed ? 200 : 403), "\(target)")
                    #expect((response.code == "AccessDenied") != isAllowed)
                }
            }
            subject.set([PolicyDocument(id: "p", statement: [right])])
            let rows = try await subject.gateway.client.get("/data?list-type=2&prefix=main/logs/").elements("Key")
            #expect(rows == ["main/logs/1", "main/logs/2"])
        }
    }

    @Test("ListBuckets shows the repositories that may be seen, page by page")
    func buckets() async throws {
        try await Subject.run { subject in
            for number in 10..<40 { try subject.gateway.index.make("r\(number)") }
            let visible = (10..<40).filter { $0 % 7 == 3 }.map { "r\($0)" }
            let client = subject.gateway.client
            subject.set([
                PolicyDocument(
                    id: "p",
                    statement: visible.map { name in
                        Self.policy("allow", [.listRepositories], on: "arn:lakefs:fs:::repository/\(name)")
                    })
            ])
            #expect(try await client.get("/").elements("Name") == visible)
            for amount in 1...6 {
                var (found, token, pages): ([String], String?, Int) = ([], nil, 0)
                repeat {
                    let more = token.map { "&continuation-token=\($0)" } ?? ""
                    let page = try await client.get("/?max-buckets=\(amount)\(more)")
                    let names = page.elements("Name")
                    found += names
                    token = page.element("ContinuationToken")
                    pages += 1
                    #expect(token == nil || names.count == amount)
                } while token != nil && pages < 20
                #expect(found == visible)
                #expect(pages == (visible.count + amount - 1) / amount)
            }
            subject.set([])
            #expect(try await client.get("/").code == "AccessDenied")
        }
    }

    @Test("conditions look at the client's address and at the time")
    func circumstances() async throws {
        try await Subject.run { subject in
            for (condition, isAllowed) in [
                (["IpAddress": ["SourceIp": ["127.0.0.0/8"]]], true),
                (["IpAddress": ["SourceIp": ["10.0.0.0/8"]]], false),
                (["NotIpAddress": ["SourceIp": ["127.0.0.1"]]], false),
                (["DateLessThan": ["CurrentTime": ["2020-01-01T00:00:00Z"]]], false),
                (["DateGreaterThan": ["CurrentTime": ["2020-01-01T00:00:00Z"]]], true),
            ] {
                subject.set([
                    PolicyDocument(
                        id: "p",
                        statement: [
                            PolicyStatement(
                                effect: "allow", action: ["fs:ReadRepository"], resource: "*", condition: condition)
                        ])
                ])
                let response = try await subject.gateway.client.send("HEAD", "/data")
                #expect(response.status == (isAllowed ? 200 : 403), "\(condition)")
            }
        }
    }

    @Test("a right that is taken away ends within five seconds, also where requests go on all the time")
    func revoked() async throws {
        let elapsed = MovedTime()
        let start = ContinuousClock.now
        try await TestGateway.run(now: { start + elapsed.value }) { gateway in
            try gateway.index.make("data")
            gateway.auth.set([.everything])
            #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            gateway.auth.set([])
            for _ in 0..<4 {
                elapsed.advance(.milliseconds(1_200))
                #expect(try await gateway.client.send("HEAD", "/data").status == 200)
            }
            elapsed.advance(.milliseconds(200))
            #expect(try await gateway.client.send("HEAD", "/data").status == 403)
            #expect(gateway.auth.calls == 2)
        }
    }
}

/// Time that a test moves.
private final class MovedTime: Sendable {
    private let passed = Mutex(Duration.zero)

    var value: Duration { passed.withLock { $0 } }

    func advance(_ step: Duration) { passed.withLock { $0 += step } }
}
