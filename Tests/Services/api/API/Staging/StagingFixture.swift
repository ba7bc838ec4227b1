import Cryptography
import Domain
import JSONCodec
import NIOCore
import NIOHTTP1
import Policy
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

/// An API whose index keeps what is staged, and whose auth has one signing key.
struct StagingFixture {
    static let backing = "/repositories/repo/branches/main/staging/backing"
    static let uploads = "/repositories/repo/branches/main/staging/pmpu"

    let fixture: Fixture
    let staged = Recorder<StageObject.Request>()

    /// - Parameters:
    ///   - namespaces: those that other repositories have.
    ///   - isKnown: whether a branch of `repo` is there.
    init(
        namespaces: [String] = ["local://other/place"], authorizer: any Authorizer = PolicyAuthorizer(),
        keyNumber: Int64 = 1, settings: APISettings? = nil
    ) {
        let staged = staged
        fixture = Fixture(authorizer: authorizer, settings: settings) { routes in
            routes.on(GetWriteTarget.self) { request, _, _ in
                switch request.branch.string {
                case "none": throw RPCError(.notFound, subject: "branch", "branch not found")
                case "protected": throw RPCError(.forbidden, subject: "branch", "cannot write to protected branch")
                default: break
                }
                let isOther = request.repository.string == "other"
                return WriteTarget(
                    repositoryID: isOther ? 8 : 7,
                    storageNamespace: try StorageNamespace(isOther ? "local://other/place" : "local://repo"))
            }
            routes.on(StageObject.self) { request, _, _ in
                if request.condition == .ifAbsent, staged.all.contains(where: { $0.path == request.path }) {
                    throw RPCError(.preconditionFailed, "path already exists")
                }
                staged.note(request)
                return Nothing()
            }
            routes.on(GetObject.self) { request, _, _ in
                guard let entry = staged.all.last(where: { $0.path == request.path })?.entry else {
                    throw RPCError(.notFound, subject: "object", "")
                }
                return try Samples.located(entry)
            }
            routes.on(ListObjects.self) { _, _, _ in
                let rows = staged.all.compactMap { request in
                    request.entry.map { ListRow(path: request.path.bytes, entry: $0) }
                }
                return ObjectListing(storageNamespace: try StorageNamespace("local://repo"), rows: rows, hasMore: false)
            }
            routes.on(FindNamespaces.self) { request, _, _ in
                FoundNamespaces(
                    namespaces: (namespaces + ["local://repo"]).filter { request.address.hasPrefix($0 + "/") }
                        .sorted { $0.utf8.count < $1.utf8.count })
            }
        } auth: { routes in
            Fixture.acceptTheKey(&routes)
            routes.on(GetPurposeKeys.self) { _, _, _ in
                PurposeKeys(keys: [
                    PurposeKey(
                        number: keyNumber, key: Hex.encode([UInt8](repeating: 3, count: 32)), verifiesUntil: .max)
                ])
            }
        }
    }

    func send(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], json: String? = nil
    ) async throws -> Answer {
        var headers = headers
        headers.add(name: "Host", value: "tarn.example:8000")
        return try await fixture.send(method, target, headers: headers, json: json)
    }

    /// Sends a request to a URL that an answer gave, with no credentials.
    func follow(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: String = ""
    ) async throws -> Answer {
        let base = "http://tarn.example:8000/"
        #expect(url.hasPrefix(base), "\(url)")
        return try await fixture.send(
            method, "//" + url.dropFirst(base.count), headers: headers, body: BufferedBody(body),
            length: Int64(body.utf8.count), isAuthorized: false)
    }

    /// An address of `a/b` on main.
    func address(presigned: Bool = false) async throws -> Location {
        let answer = try await send(.GET, "\(Self.backing)?path=a%2Fb\(presigned ? "&presign=true" : "")")
        #expect(answer.status == 200, "\(answer.text)")
        return try Location(answer)
    }

    func link(
        _ address: String, size: Int = 5, checksum: String = "sum", path: String = "a%2Fb", branch: String = "main",
        repository: String = "repo", more: String = "", headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        try await send(
            .PUT, "/repositories/\(repository)/branches/\(branch)/staging/backing?path=\(path)", headers: headers,
            json: """
                {"staging":{"physical_address":\(Self.quoted(address))},"checksum":\(Self.quoted(checksum)),\
                "size_bytes":\(size)\(more)}
                """)
    }

    func stage(_ address: String, size: Int = 5, checksum: String = "sum", more: String = "") async throws -> Answer {
        try await send(
            .PUT, "/repositories/repo/branches/main/objects?path=a%2Fb",
            json: """
                {"physical_address":\(Self.quoted(address)),"checksum":\(Self.quoted(checksum)),\
                "size_bytes":\(size)\(more)}
                """)
    }

    func write(_ address: String, _ content: String = "hello") {
        fixture.store.objects.withLock { $0[address] = ByteBuffer(string: content) }
    }

    static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.value(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// What a handed out address is answered with.
struct Location: Decodable {
    var physicalAddress: String
    var presignedUrl: String?
    var presignedUrlExpiry: Int64?
    var uploadId: String?
    var presignedUrls: [String]?

    init(_ answer: Answer) throws { self = try answer.decoded() }
}
