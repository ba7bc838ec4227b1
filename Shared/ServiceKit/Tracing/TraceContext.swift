import Synchronization

/// A W3C trace context, the request id of logs, answers and calls between services.
package struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    private let trace: (high: UInt64, low: UInt64)
    private let span: UInt64
    /// Whether the caller recorded the trace.
    package let isSampled: Bool

    private init(trace: (high: UInt64, low: UInt64), span: UInt64, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// Makes a fresh trace.
    package static func make() -> TraceContext {
        TraceContext(trace: (identifier(), identifier()), span: identifier(), isSampled: false)
    }

    /// Reads a `traceparent` header; nil where it is malformed or of the forbidden version `ff`.
    package init?(parsing header: some StringProtocol) {
        let parts = header.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16, parts[3].count == 2,
            let version = Self.number(parts[0]), version != 0xFF, parts.count == 4 || version != 0,
            let high = Self.number(parts[1].prefix(16)), let low = Self.number(parts[1].suffix(16)), high | low != 0,
            let span = Self.number(parts[2]), span != 0, let flags = Self.number(parts[3])
        else { return nil }
        self.init(trace: (high, low), span: span, isSampled: flags & 1 == 1)
    }

    /// The trace of a caller's header, or a fresh one where it is absent or malformed.
    package static func continuing(_ header: String?) -> TraceContext {
        guard let header, let trace = TraceContext(parsing: header) else { return make() }
        return trace
    }

    /// The same trace with a span of its own.
    package func child() -> TraceContext {
        TraceContext(trace: trace, span: Self.identifier(), isSampled: isSampled)
    }

    /// 32 lower-case hexadecimal digits, not all zero.
    package var traceID: String { Self.hex(trace.high, trace.low) }

    /// 16 lower-case hexadecimal digits, not all zero.
    package var spanID: String { Self.hex(span) }

    /// The header's form.
    package var traceParent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    package var description: String { traceParent }

    package static func == (left: TraceContext, right: TraceContext) -> Bool {
        left.trace == right.trace && left.span == right.span && left.isSampled == right.isSampled
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(trace.low)
        hasher.combine(span)
    }

    // MARK: Pieces

    /// Lower-case hexadecimal digits only, as the standard has it.
    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard !digit.isUppercase, let nibble = digit.hexDigit else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }

    /// A counter scrambled from a random start: unique ids without a system call each; they are no secret.
    private static let counter = Atomic<UInt64>(UInt64.random(in: .min ... .max))
    private static let salt = UInt64.random(in: .min ... .max)

    private static func identifier() -> UInt64 {
        // Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
        let step: UInt64 = 0x9E37_79B9_7F4A_7C15
        var value = counter.wrappingAdd(step, ordering: .relaxed).newValue ^ salt
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        value ^= value >> 31
        return value == 0 ? 1 : value
    }

    private static func hex(_ high: UInt64, _ low: UInt64? = nil) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            let digits = low == nil ? 16 : 32
            for index in 0..<digits {
                let value = index < 16 ? high : low ?? 0
                let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 - index % 16 * 4)) & 15
                buffer[index] = nibble < 10 ? nibble + 0x30 : nibble + 0x57
            }
            return digits
        }
    }
}
