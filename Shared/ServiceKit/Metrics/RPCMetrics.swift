import Synchronization
import Wire

/// Counts the calls that a service answers, by method and outcome.
final class RPCServerMetrics: Sendable {
    private let metrics: Metrics
    private let seconds: [String: Histogram]
    private let successes: [String: Counter]

    init(_ metrics: Metrics, methods: [String]) {
        self.metrics = metrics
        seconds = Dictionary(
            uniqueKeysWithValues: methods.map { method in
                let help = "From reading a call to its answer."
                return (method, metrics.histogram("tarn_rpc_served_seconds", ["method": method], help: help))
            })
        successes = Dictionary(
            uniqueKeysWithValues: methods.map { ($0, Self.counter(metrics, $0, "ok")) })
    }

    func record(_ method: String, _ result: Result<[UInt8], RPCError>, seconds duration: Duration) {
        seconds[method]?.record(duration)
        switch result {
        case .success: successes[method]?.add()
        case .failure(let error): Self.counter(metrics, method, error.code.rawValue).add()
        }
    }

    private static func counter(_ metrics: Metrics, _ method: String, _ code: String) -> Counter {
        metrics.counter("tarn_rpc_served_total", ["method": method, "code": code], help: "Calls answered.")
    }
}

/// Counts the calls that a service makes to one peer.
final class RPCClientMetrics: Sendable {
    let bodies: Counter
    let retries: Counter
    private let metrics: Metrics
    private let peer: String
    private let cache = Mutex<[String: (count: Counter, seconds: Histogram)]>([:])

    init(_ metrics: Metrics, peer: ServiceName) {
        self.metrics = metrics
        self.peer = peer.rawValue
        bodies = metrics.counter(
            "tarn_rpc_small_bodies_total", ["peer": peer.rawValue], help: "Bodies of small calls sent.")
        retries = metrics.counter("tarn_rpc_retries_total", ["peer": peer.rawValue], help: "Attempts after the first.")
    }

    func record(_ call: RPCCall, _ answer: RPCCall.Answer) {
        let series = cache.withLock { cache in
            if let known = cache[call.method] { return known }
            let made = (
                count: counter(call.method, "ok"),
                seconds: metrics.histogram(
                    "tarn_rpc_call_seconds", ["method": call.method], help: "From making a call to its answer.")
            )
            cache[call.method] = made
            return made
        }
        series.seconds.record(call.start.duration(to: .now))
        switch answer {
        case .success: series.count.add()
        case .failure(let error): counter(call.method, error.code.rawValue).add()
        }
    }

    private func counter(_ method: String, _ code: String) -> Counter {
        metrics.counter(
            "tarn_rpc_calls_total", ["peer": peer, "method": method, "code": code], help: "Calls made.")
    }
}
