import Cryptography
import Domain
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import ObjectStore
import Policy
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@testable import API

/// The API without sockets, its peers played by the test.
struct Fixture {
    static let now: Int64 = 1_700_000_000_123
    static let authorized: HTTPHeaders = ["Authorization": "Basic \(Base64.encode(Array("key:secret".utf8)))"]

    let store = MemoryStore()
    let handler: APIHandler
    let services: Services

    init(
        authorizer: any Authorizer = PolicyAuthorizer(), settings: APISettings? = nil,
        audits level: AuditTrail.Level? = nil,
        index: (inout RPCRoutes) -> Void = { _ in },
        auth: ((inout RPCRoutes) -> Void)? = nil, wrap: (RPCDouble) -> any RPCCalling = { $0 },
        now: @escaping @Sendable () -> Int64 = { Fixture.now }
    ) {
        let auth = wrap(RPCDouble(as: .api, auth ?? Self.acceptTheKey))
        services = Services(
            index: wrap(RPCDouble(as: .api, index)), auth: auth, store: store, authorizer: authorizer,
            writeTargets: WriteTargets(), presigning: PresigningKeys(auth: auth),
            settings: settings
                ?? APISettings(s3EndpointURL: "http://s3.example", defaultNamespacePrefix: "local://"),
            audit: level.map {
                AuditTrail(auth: auth, level: $0, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            },
            now: now)
        handler = APIHandler(dispatcher: Dispatcher(routes: Routes.all, services: services))
    }

    /// Knows the one key `key` with the secret `secret` of the user `admin`.
    static func acceptTheKey(_ routes: inout RPCRoutes) {
        routes.on(VerifySecret.self) { request, _, _ in
            guard request.accessKeyID == "key", request.secretAccessKey == "secret" else {
                throw RPCError(.unauthenticated, "no such key")
            }
            return Verified(principal: Principal(userID: "admin", accessKeyID: "key"), policies: [.everything])
        }
    }

    /// - Parameter target: below the base path, unless it begins with two slashes.
    func send(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], json: String? = nil,
        body: (any BodySource)? = nil, length: Int64? = nil, isAuthorized: Bool = true,
        clientAddress: String? = nil
    ) async throws -> Answer {
        var headers = headers
        if isAuthorized { headers.add(contentsOf: Self.authorized) }
        let bytes = ByteBuffer(string: json ?? "")
        if json != nil, !headers.contains(name: "Content-Type") {
            headers.add(name: "Content-Type", value: "application/json")
        }
        let target = target.hasPrefix("//") ? String(target.dropFirst()) : "/api/v1" + target
        let request = IncomingRequest(
            method: method, target: target, headers: headers,
            contentLength: body == nil ? Int64(bytes.readableBytes) : length,
            body: body ?? BufferedBody([bytes]), traceParent: TraceContext.make().traceParent,
            clientAddress: clientAddress)
        let answer = await handler.answer(request, path: target.prefix { $0 != "?" }).answer
        return try #require(answer, "the client was taken for gone")
    }
}

/// A body in memory, in pieces.
final class BufferedBody: BodySource {
    private let pieces: Mutex<[ByteBuffer]>
    private let failure: HTTPStreamError?
    /// How many pieces were asked for.
    let pulls = Mutex(0)

    init(_ pieces: [ByteBuffer], failure: HTTPStreamError? = nil) {
        self.pieces = Mutex(pieces.filter { $0.readableBytes > 0 })
        self.failure = failure
    }

    convenience init(_ text: String, pieceBytes: Int = 5) {
        var rest = Array(text.utf8)[...]
        var pieces: [ByteBuffer] = []
        while !rest.isEmpty {
            pieces.append(ByteBuffer(bytes: rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
        }
        self.init(pieces)
    }

    func next() async throws(HTTPStreamError) -> ByteBuffer? {
        pulls.withLock { $0 += 1 }
        let piece = pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if piece == nil, let failure { throw failure }
        return piece
    }

    func collect(maxBytes: Int) async throws(HTTPStreamError) -> ByteBuffer {
        var all = ByteBuffer()
        while var piece = try await next() {
            all.writeBuffer(&piece)
            guard all.readableBytes <= maxBytes else { throw .bodyTooLarge(limitBytes: maxBytes) }
        }
        return all
    }
}

/// Remembers what was asked.
final class Recorder<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func note(_ value: Value) { values.withLock { $0.append(value) } }

    var all: [Value] { values.withLock { $0 } }
    var last: Value? { values.withLock { $0.last } }
}

extension Answer {
    var text: String { String(buffer: bytes) }

    /// The message of a failure.
    var message: String {
        (try? JSONDecoder().decode([String: String].self, from: Data(bytes.readableBytesView)))?["message"] ?? ""
    }

    /// A short answer as a value, its names in camel case.
    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(bytes.readableBytesView))
    }

    /// All bytes, streamed ones too.
    func content() async throws -> String {
        guard case .object(let object) = content else { return text }
        return String(buffer: try await object.collect(maxBytes: 1 << 20))
    }
}
