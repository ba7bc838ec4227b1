import Synchronization

/// The metrics of a process, rendered in Prometheus' text form.
///
/// Making a series takes a lock and is for start-up or a cache; counting on one is an atomic addition.
package final class Metrics: Sendable {
    private enum Series {
        case counter(Counter)
        case gauge(Gauge)
        case reading(@Sendable () -> Double)
        case histogram(Histogram)
    }

    private struct Family {
        let type: String
        let help: String
        var series: [MetricLabels: Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    /// The counter of a name and labels; the same one at every call.
    package func counter(_ name: String, _ labels: MetricLabels = [:], help: String) -> Counter {
        let series = series(name, "counter", labels, help) { .counter(Counter()) }
        guard case .counter(let counter) = series else { preconditionFailure("\(name) is no counter") }
        return counter
    }

    package func gauge(_ name: String, _ labels: MetricLabels = [:], help: String) -> Gauge {
        let series = series(name, "gauge", labels, help) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = series else { preconditionFailure("\(name) is no gauge") }
        return gauge
    }

    /// A gauge that is read when metrics are rendered.
    package func gauge(
        _ name: String, _ labels: MetricLabels = [:], help: String, reading: @escaping @Sendable () -> Double
    ) {
        _ = series(name, "gauge", labels, help) { .reading(reading) }
    }

    package func histogram(_ name: String, _ labels: MetricLabels = [:], help: String) -> Histogram {
        let series = series(name, "histogram", labels, help) { .histogram(Histogram()) }
        guard case .histogram(let histogram) = series else { preconditionFailure("\(name) is no histogram") }
        return histogram
    }

    private func series(
        _ name: String, _ type: String, _ labels: MetricLabels, _ help: String, _ make: () -> Series
    ) -> Series {
        families.withLock { families in
            var family = families[name] ?? Family(type: type, help: help)
            if let known = family.series[labels] { return known }
            let made = make()
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    // MARK: Text

    package func render() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
            for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
                Self.render(name, labels.text, series, into: &text)
            }
        }
        return text
    }

    private static func render(_ name: String, _ labels: String, _ series: Series, into text: inout String) {
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch series {
        case .counter(let counter): text += "\(name)\(braced) \(counter.value)\n"
        case .gauge(let gauge): text += "\(name)\(braced) \(gauge.value)\n"
        case .reading(let read): text += "\(name)\(braced) \(read())\n"
        case .histogram(let histogram):
            let separator = labels.isEmpty ? "" : ","
            let bounds = Histogram.boundsInSeconds.map { "\($0)" } + ["+Inf"]
            var total = 0
            for (bound, count) in zip(bounds, histogram.counts) {
                total += count
                text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(total)\n"
            }
            text += "\(name)_sum\(braced) \(histogram.sumInSeconds)\n\(name)_count\(braced) \(total)\n"
        }
    }
}
