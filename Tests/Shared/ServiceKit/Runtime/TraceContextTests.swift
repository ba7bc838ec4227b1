import ServiceKit
import Testing

@Suite("Trace contexts are read as W3C has them, or made")
struct TraceContextTests {
    static let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("a header is read and written")
    func roundTrip() throws {
        let trace = try #require(TraceContext(parsing: Self.header))
        #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(trace.spanID == "b7ad6b7169203331")
        #expect(trace.isSampled)
        #expect(trace.traceParent == Self.header)
        #expect(TraceContext.continuing(Self.header) == trace)
    }

    @Test(
        "a newer version may have more", arguments: ["01\(header.dropFirst(2))", "cc\(header.dropFirst(2))-what-ever"])
    func newer(text: String) {
        #expect(TraceContext(parsing: text)?.traceID == "0af7651916cd43dd8448eb211c80319c")
    }

    @Test(
        "malformed",
        arguments: [
            "", "00", "ff\(header.dropFirst(2))", header + "-more", header + "0", String(header.dropLast()),
            header.uppercased(), "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
            "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        ])
    func malformed(text: String) {
        #expect(TraceContext(parsing: text) == nil)
        #expect(TraceContext.continuing(text).traceID.count == 32)
    }

    @Test("made ones differ, and read back")
    func made() {
        let traces = (0..<10_000).map { _ in TraceContext.make() }
        #expect(Set(traces.map(\.traceID)).count == traces.count)
        #expect(traces.allSatisfy { TraceContext(parsing: $0.traceParent) == $0 })
    }

    @Test("a child has the trace and another span")
    func child() {
        let parent = TraceContext.make()
        #expect(parent.child().traceID == parent.traceID)
        #expect(parent.child().spanID != parent.spanID)
    }
}
