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
