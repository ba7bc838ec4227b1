import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// An HTTP server whose paths are the behaviours that the engine must cope with.
final class TestServer: Sendable {
    let port: Int
    let counters: Counters
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    /// What happened at the server's end.
    final class Counters: Sendable {
        let opened = Atomic<Int>(0)
        let closed = Atomic<Int>(0)
        let sentBytes = Atomic<Int>(0)
        /// Requests received to their end.
        let wholeBodies = Atomic<Int>(0)
    }

    init() async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let counters = Counters()
        self.counters = counters
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelInitializer { channel in
                counters.opened.add(1, ordering: .relaxed)
                channel.closeFuture.whenComplete { _ in counters.closed.add(1, ordering: .relaxed) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(TestHandler(counters))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    var opened: Int { counters.opened.load(ordering: .relaxed) }
    var closed: Int { counters.closed.load(ordering: .relaxed) }
    var wholeBodies: Int { counters.wholeBodies.load(ordering: .relaxed) }
    var sentBytes: Int { counters.sentBytes.load(ordering: .relaxed) }

    /// Waits until something is so at the server's end.
    func eventually(_ isSo: (TestServer) -> Bool) async throws {
        for _ in 0..<6_000 where !isSo(self) { try await Task.sleep(for: .milliseconds(5)) }
        try #require(isSo(self), "did not happen in half a minute")
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    func shutDown() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    /// Runs a test with a server of its own.
    static func with<Result>(_ body: (TestServer) async throws -> Result) async throws -> Result {
        let server = try await TestServer()
        do {
            let result = try await body(server)
            try await server.shutDown()
            return result
        } catch {
            try? await server.shutDown()
            throw error
        }
    }
}

private final class TestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let counters: TestServer.Counters
    private var head: HTTPRequestHead?
    private var received = 0
    private var isPattern = true
    private var isAnswered = false

    init(_ counters: TestServer.Counters) { self.counters = counters }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            received = 0
            isPattern = true
            isAnswered = false
            if head.uri.hasPrefix("/early") {
                isAnswered = true
                if head.uri == "/early" { answer(context, 403, "no") } else { route(context, head) }
            }
        case .body(let bytes):
            isPattern = isPattern && Pattern.matches(bytes, at: received)
            received += bytes.readableBytes
        case .end:
            counters.wholeBodies.add(1, ordering: .relaxed)
            if let head, !isAnswered { route(context, head) }
        }
    }

    private func route(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        let path = head.uri.split(separator: "/").map(String.init)
        let number = path.count > 1 ? Int(path[1]) ?? 0 : 0
        switch path.first {
        case "bytes": send(context, announced: number, sent: number, isHead: head.method == .HEAD)
        case "cut": send(context, announced: number + 1_000, sent: number, isHead: false)
        case "status": answer(context, number, "status")
        case "redirect": answer(context, 302, "", ["location": "/bytes/1"])
        case "count": answer(context, 200, "\(head.method) \(received) \(isPattern)")
        case "headers":
            let lines = head.headers.map { "\($0.name.lowercased()): \($0.value)" }
            answer(context, 200, lines.joined(separator: "\n"), ["X-Mixed": "  spaced value "])
        case "long-head": answer(context, 200, "", ["x-long": String(repeating: "x", count: 70_000)])
        case "stall", "early-stall": send(context, announced: 1_000_000, sent: 10, isHead: false, staysOpen: true)
        case "close": context.close(promise: nil)
        case "interim":
            var interim = ByteBuffer(string: "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
            interim.writeString("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            if let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self) {
                encoder.writeAndFlush(NIOAny(IOData.byteBuffer(interim)), promise: nil)
            }
        default: break  // "hang": no answer at all.
        }
    }

    private func send(
        _ context: ChannelHandlerContext, announced: Int, sent: Int, isHead: Bool, staysOpen: Bool = false
    ) {
        var head = HTTPResponseHead(version: .http1_1, status: .ok)
        head.headers.add(name: "Content-Length", value: "\(announced)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        guard !isHead else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        stream(context, from: 0, to: sent, ends: announced == sent, staysOpen: staysOpen)
    }

    /// Sends piece by piece, the next one when the last is out, so that back-pressure shows in `sentBytes`.
    private func stream(_ context: ChannelHandlerContext, from start: Int, to end: Int, ends: Bool, staysOpen: Bool) {
        guard start < end else {
            context.flush()
            if ends {
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            } else if !staysOpen {
                context.close(promise: nil)
            }
            return
        }
        let count = min(65_536, end - start)
        let piece = Pattern.bytes(start..<(start + count))
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        context.value.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).whenSuccess {
            handler.value.counters.sentBytes.add(count, ordering: .relaxed)
            handler.value.stream(context.value, from: start + count, to: end, ends: ends, staysOpen: staysOpen)
        }
    }

    private func answer(
        _ context: ChannelHandlerContext, _ status: Int, _ text: String, _ headers: HTTPHeaders = [:]
    ) {
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        head.headers.add(name: "Content-Length", value: "\(text.utf8.count)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
