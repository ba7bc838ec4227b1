package import Logging
package import NIOCore
package import Wire

/// Calls one peer service over the network.
///
/// A call made on one of the process's event loops stays there: each loop has its own connections. Others are made
/// on the loops in turn.
package final class RPCClient: RPCCalling {
    private let configuration: RPCClientConfiguration
    private let eventLoops: EventLoops
    private let loops: [RPCPeerLoop]
    private let resolving: RPCPeerResolution

    /// Begins to resolve the peer's name and to connect.
    package init(
        _ configuration: RPCClientConfiguration, on eventLoops: EventLoops, logger: Logger, metrics: Metrics? = nil
    ) {
        self.configuration = configuration
        self.eventLoops = eventLoops
        let metrics = metrics.map { RPCClientMetrics($0, peer: configuration.peer) }
        let loops = eventLoops.executors.map { RPCPeerLoop(configuration, $0, metrics) }
        self.loops = loops
        resolving = RPCPeerResolution(configuration, on: eventLoops.next.eventLoop, logger) { addresses in
            for loop in loops { loop.eventLoop.execute { loop.update(addresses) } }
        }
        resolving.start()
    }

    package func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request, _ context: CallContext
    ) async throws(RPCError) -> Method.Response {
        guard Method.service == configuration.peer else {
            throw RPCError(.internal, "\(Method.name) is not a method of \(configuration.peer.rawValue)")
        }
        let call = RPCCall(method, try RPCMessages.encode(request, of: method), context)
        let loop = loops[eventLoops.currentIndex ?? eventLoops.nextIndex]
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<RPCCall.Answer, Never>) in
                loop.onLoop {
                    call.wait(continuation)
                    loop.submit(call)
                }
            }
        } onCancel: {
            loop.eventLoop.execute { loop.cancel(call) }
        }
        return try RPCMessages.decode(try answer.get(), of: method)
    }

    /// How many calls are under way, waiting ones too.
    package var callCount: Int {
        get async {
            var count = 0
            for loop in loops { count += (try? await loop.eventLoop.submit { loop.waitingCount }.get()) ?? 0 }
            return count
        }
    }

    /// Takes no more calls, lets those under way end for as long as `drain`, then breaks them off.
    package func shutdown(drain: TimeAmount) async {
        await resolving.stop()
        let deadline = NIODeadline.now() + drain
        for loop in loops {
            loop.eventLoop.execute { loop.drain() }
        }
        for loop in loops {
            while (try? await loop.eventLoop.submit { loop.isDrained }.get()) == false, NIODeadline.now() < deadline {
                try? await Task.sleep(for: .milliseconds(5))
            }
            try? await loop.eventLoop.submit { loop.abort() }.get()
        }
    }
}
