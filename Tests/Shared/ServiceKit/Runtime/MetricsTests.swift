import NIOCore
import NIOHTTP1
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("Metrics count, and are rendered as Prometheus reads them", .fewAtATime)
struct MetricsTests {
    @Test("the same name and labels are the same series")
    func same() {
        let metrics = Metrics()
        metrics.counter("c_total", ["a": "1"], help: "C.").add()
        metrics.counter("c_total", ["a": "1"], help: "C.").add(2)
        metrics.counter("c_total", ["a": "2"], help: "C.").add()
        let lines = metrics.render().split(separator: "\n")
        #expect(
            lines == [
                "# HELP c_total C.", "# TYPE c_total counter", "c_total{a=\"1\"} 3", "c_total{a=\"2\"} 1",
            ])
    }

    @Test("label values are escaped")
    func escaped() {
        let metrics = Metrics()
        metrics.gauge("g", ["a": "\"\\\n"], help: "G.").set(-5)
        #expect(metrics.render().contains("g{a=\"\\\"\\\\\\n\"} -5\n"))
    }

    @Test("a histogram's buckets add up")
    func histogram() {
        let metrics = Metrics()
        let histogram = metrics.histogram("h_seconds", help: "H.")
        for milliseconds in [0, 1, 3, 30, 20_000] { histogram.record(.milliseconds(milliseconds)) }
        let text = metrics.render()
        #expect(text.contains("h_seconds_bucket{le=\"0.0005\"} 1\n"))
        #expect(text.contains("h_seconds_bucket{le=\"0.001\"} 2\n"))
        #expect(text.contains("h_seconds_bucket{le=\"10.0\"} 4\n"))
        #expect(text.contains("h_seconds_bucket{le=\"+Inf\"} 5\n"))
        #expect(text.contains("h_seconds_count 5\n"))
        #expect(text.contains("h_seconds_sum 20.034\n"))
    }

    @Test("requests are counted by operation and status")
    func requests() async throws {
        let metrics = Metrics()
        try await TestHTTPServer.run {
            $0.observer = HTTPMetrics(metrics)
        } handler: { request, response in
            response.setOperation("GetObject")
            response.send(request.path == "/none" ? .notFound : .ok, [:], bytes: "hello".utf8)
        } _: { server in
            for path in ["/a", "/b", "/none"] { _ = try await RawHTTPClient.get(port: server.port, path) }
        }
        let text = metrics.render()
        #expect(text.contains("tarn_http_requests_total{listener=\"test\",operation=\"GetObject\",status=\"200\"} 2\n"))
        #expect(text.contains("tarn_http_requests_total{listener=\"test\",operation=\"GetObject\",status=\"404\"} 1\n"))
        #expect(text.contains("tarn_http_sent_bytes_total 15\n"))
        #expect(text.contains("tarn_http_request_seconds_count{listener=\"test\",operation=\"GetObject\"} 3\n"))
    }

    @Test("calls are counted on both sides")
    func calls() async throws {
        let (served, made) = (Metrics(), Metrics())
        let server = try await TestRPC.start(metrics: served) { routes in
            routes.on(Echo.self) { request, _, _ in
                if request.text == "bad" { throw RPCError(.notFound, "no") }
                return Echo.Response(text: "")
            }
        }
        let client = TestRPC.client(of: .index, at: [server.address], metrics: made)
        _ = try await client.call(Echo.self, .init(text: ""), .test())
        await #expect(throws: RPCError.self) { try await client.call(Echo.self, .init(text: "bad"), .test()) }
        await client.shutdown(drain: .zero)
        await server.stop()
        for (name, text) in [("served_total{", served.render()), ("calls_total{peer=\"index\",", made.render())] {
            #expect(text.contains("tarn_rpc_\(name)method=\"index.testEcho\",code=\"ok\"} 1\n"))
            #expect(text.contains("tarn_rpc_\(name)method=\"index.testEcho\",code=\"notFound\"} 1\n"))
        }
    }
}
