import NIOHTTP1
import Synchronization

/// Counts the requests of listeners by operation and status.
package final class HTTPMetrics: HTTPObserver {
    private struct Key: Hashable {
        let listener: String
        let operation: String
        let status: UInt
    }

    private struct Series {
        let count: Counter
        let seconds: Histogram
    }

    private let metrics: Metrics
    private let received: Counter
    private let sent: Counter
    private let cache = Mutex<[Key: Series]>([:])

    package init(_ metrics: Metrics) {
        self.metrics = metrics
        received = metrics.counter("tarn_http_received_bytes_total", help: "Bytes of request bodies.")
        sent = metrics.counter("tarn_http_sent_bytes_total", help: "Bytes of response bodies.")
    }

    package func ended(_ record: HTTPRequestRecord) {
        // 499 as nginx has it: the client was gone before an answer.
        let key = Key(
            listener: record.listener, operation: record.operation,
            status: record.isComplete ? record.status?.code ?? 499 : 499)
        let series = cache.withLock { cache in
            if let known = cache[key] { return known }
            let made = makeSeries(key)
            cache[key] = made
            return made
        }
        series.count.add()
        series.seconds.record(nanoseconds: record.durationNanoseconds)
        if record.receivedBodyBytes > 0 { received.add(Int(record.receivedBodyBytes)) }
        if record.sentBodyBytes > 0 { sent.add(Int(record.sentBodyBytes)) }
    }

    private func makeSeries(_ key: Key) -> Series {
        Series(
            count: metrics.counter(
                "tarn_http_requests_total",
                ["listener": key.listener, "operation": key.operation, "status": "\(key.status)"],
                help: "Requests that have ended."),
            seconds: metrics.histogram(
                "tarn_http_request_seconds", ["listener": key.listener, "operation": key.operation],
                help: "From the end of a request's head to the end of its response."))
    }
}
