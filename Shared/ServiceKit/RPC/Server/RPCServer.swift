import JSONCodec
package import Logging
import NIOCore
import NIOHTTP1
import Wire

/// Answers the calls of other services, on the internal listener.
package final class RPCServer: HTTPHandler {
    private let routes: [String: RPCRoute]
    private let callers: RPCCallers
    private let logger: Logger
    private let metrics: RPCServerMetrics?
    private let logsEveryCall: Bool

    /// - Parameter logsEveryCall: whether calls are logged that succeed, or are refused for good reasons.
    package init(
        _ routes: RPCRoutes, callers: RPCCallers, logger: Logger, metrics: Metrics? = nil, logsEveryCall: Bool = false
    ) {
        self.routes = routes.routes
        self.callers = callers
        self.logger = logger
        self.metrics = metrics.map { RPCServerMetrics($0, methods: routes.names) }
        self.logsEveryCall = logsEveryCall
    }

    package func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        response.setOperation("rpc")
        guard request.method == .POST, request.target == RPCHeaders.path else {
            return response.send(.notFound)
        }
        guard let (caller, credential) = RPCHeaders.presented(request.headers),
            callers.verify(credential, of: caller)
        else {
            logger.warning("a call without a valid service credential", metadata: ["peer": "\(request.clientAddress)"])
            return response.send(.unauthorized, ["Connection": "close"])
        }
        do {
            var body = try await request.body.collect(maxBytes: RPCLimits.maxBodyBytes)
            let calls = try RPCIncomingCall.readAll(from: &body)
            await RPCBatch(calls.count, on: request.executor, response).run(calls) { call in
                await self.answer(call, from: caller)
            }
        } catch let error as HTTPStreamError {
            if case .bodyTooLarge = error { return response.send(.payloadTooLarge, ["Connection": "close"]) }
            response.abort()
        } catch {
            logger.warning(
                "a malformed body of calls", metadata: ["caller": "\(caller.rawValue)", "error": "\(error)"])
            response.send(.badRequest, ["Connection": "close"])
        }
    }

    private func answer(_ call: RPCIncomingCall, from caller: ServiceName) async -> Result<[UInt8], RPCError> {
        let name = call.envelope.method
        guard let route = routes[name] else {
            return .failure(RPCError(.notImplemented, subject: "method", "no such method here"))
        }
        let start = metrics == nil && !logsEveryCall ? nil : ContinuousClock.now
        let result: Result<[UInt8], RPCError>
        if call.envelope.remainingMilliseconds > 0 {
            result = await route.call(call.message, call.context, from: caller) { error in
                logger.error(
                    "a call failed",
                    metadata: [
                        "method": "\(name)", "request": "\(call.envelope.traceParent)", "error": "\(error)",
                    ])
            }
        } else {
            result = .failure(RPCError(.deadlineExceeded, "\(name): no time left"))
        }
        if let start {
            let duration = start.duration(to: .now)
            metrics?.record(name, result, seconds: duration)
            if logsEveryCall { log(call, from: caller, result, duration) }
        }
        return result
    }

    private func log(
        _ call: RPCIncomingCall, from caller: ServiceName, _ result: Result<[UInt8], RPCError>, _ duration: Duration
    ) {
        let passed = duration.components
        let outcome = if case .failure(let error) = result { error.code.rawValue } else { "ok" }
        logger.info(
            "call",
            metadata: [
                "request": "\(call.envelope.traceParent)", "method": "\(call.envelope.method)",
                "caller": "\(caller.rawValue)", "outcome": "\(outcome)",
                "microseconds": "\(passed.seconds * 1_000_000 + passed.attoseconds / 1_000_000_000_000)",
            ])
    }
}

/// One call of a body.
struct RPCIncomingCall: Sendable {
    let envelope: RPCRequestEnvelope
    let message: [UInt8]
    let context: CallContext

    /// - Throws: where the body is not whole frames, or has none or too many.
    static func readAll(from body: inout ByteBuffer) throws -> [RPCIncomingCall] {
        let now = ContinuousClock.now
        var calls: [RPCIncomingCall] = []
        while body.readableBytes > 0 {
            guard let frame = try RPCFrame.read(from: &body) else { throw RPCFrameError("frame is cut short") }
            guard calls.count < RPCLimits.maxCallsPerBody else { throw RPCFrameError("too many calls") }
            let envelope = try RPCRequestEnvelope(jsonBytes: frame.envelope)
            let remaining = Duration.milliseconds(min(max(0, envelope.remainingMilliseconds), 86_400_000))
            calls.append(
                RPCIncomingCall(
                    envelope: envelope, message: frame.message,
                    context: CallContext(
                        principal: envelope.principal, traceParent: envelope.traceParent,
                        deadline: now + remaining, clientAddress: envelope.clientAddress)))
        }
        guard !calls.isEmpty else { throw RPCFrameError("no calls") }
        return calls
    }
}
