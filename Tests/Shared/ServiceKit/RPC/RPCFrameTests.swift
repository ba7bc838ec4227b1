import JSONCodec
import NIOCore
import Seeded
import TestSupport
import Testing
import Wire

@testable import ServiceKit

@Suite("Frames and envelopes are read back as they were written", .fewAtATime)
struct RPCFrameTests {
    @Test("random frames, in random pieces", arguments: [1, 2, 3, UInt64.random(in: 0 ... .max)])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let frames = (0..<200).map { _ in
            RPCFrame(
                envelope: (0..<Int.random(in: 0...50, using: &random)).map { _ in .random(in: 0...255, using: &random)
                },
                message: (0..<Int.random(in: 0...500, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            )
        }
        var wire = ByteBuffer()
        for frame in frames { frame.write(into: &wire) }
        var (inbox, read) = (ByteBuffer(), [RPCFrame]())
        while wire.readableBytes > 0 {
            let count = min(wire.readableBytes, Int.random(in: 1...300, using: &random))
            if var piece = wire.readSlice(length: count) { inbox.writeBuffer(&piece) }
            while let frame = try RPCFrame.read(from: &inbox) { read.append(frame) }
        }
        #expect(read == frames)
        #expect(inbox.readableBytes == 0)
    }

    @Test(
        "random bytes are frames, wait for more, or are refused; never a crash",
        arguments: [4, UInt64.random(in: 0 ... .max)])
    func nonsense(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Short lengths, so that some are frames.
            for index in [0, 1, 2, 4, 5, 6] where index < bytes.count && Bool.random(using: &random) {
                bytes[index] = 0
            }
            var buffer = ByteBuffer(bytes: bytes)
            while let frame = try? RPCFrame.read(from: &buffer) {
                _ = try? RPCRequestEnvelope(jsonBytes: frame.envelope)
                _ = try? RPCResponseEnvelope(jsonBytes: frame.envelope)
            }
        }
    }

    static let tooLong: [(UInt32, UInt32)] = [
        (UInt32(RPCLimits.maxEnvelopeBytes + 1), 0), (0, UInt32(RPCLimits.maxMessageBytes + 1)), (.max, .max),
    ]

    @Test("lengths beyond the limits are refused before the bytes come", arguments: tooLong)
    func refusesLengths(_ envelope: UInt32, _ message: UInt32) {
        var buffer = ByteBuffer()
        buffer.writeInteger(envelope)
        buffer.writeInteger(message)
        #expect(throws: RPCFrameError.self) { try RPCFrame.read(from: &buffer) }
    }

    static let requests = [
        RPCRequestEnvelope(
            id: 0, method: "a.b", remainingMilliseconds: 1, traceParent: "t", principal: nil, clientAddress: nil),
        RPCRequestEnvelope(
            id: .max, method: "\"\\\n\u{1F600}", remainingMilliseconds: .max, traceParent: "",
            principal: Principal(userID: "u", accessKeyID: "k"), clientAddress: "::1"),
        RPCRequestEnvelope(
            id: 7, method: "m", remainingMilliseconds: -5, traceParent: "t", principal: Principal(userID: ""),
            clientAddress: ""),
    ]

    @Test("requests", arguments: requests)
    func request(_ envelope: RPCRequestEnvelope) throws {
        #expect(try RPCRequestEnvelope(jsonBytes: envelope.jsonBytes()) == envelope)
    }

    @Test("responses", arguments: [nil] + RPCError.Code.allCases)
    func response(_ code: RPCError.Code?) throws {
        let envelope = RPCResponseEnvelope(id: 3, error: code.map { RPCError($0, subject: "s", "m\"") })
        #expect(try RPCResponseEnvelope(jsonBytes: envelope.jsonBytes()) == envelope)
    }

    @Test("a code of a newer peer is an internal error")
    func unknownCode() throws {
        let envelope = try RPCResponseEnvelope(jsonBytes: Array(#"{"i":1,"e":"newCode","m":"x","z":[1]}"#.utf8))
        #expect(envelope.error == RPCError(.internal, "x"))
    }

    @Test("a long error text is cut")
    func longText() throws {
        let envelope = RPCResponseEnvelope(id: 1, error: RPCError(.internal, String(repeating: "é", count: 100_000)))
        #expect(try envelope.jsonBytes().count < RPCLimits.maxErrorTextBytes + 100)
    }

    @Test(
        "an envelope that lacks something is refused",
        arguments: [
            "{}", "{\"i\":1}", "{\"i\":1,\"m\":\"a\",\"d\":1}", "{\"i\":-1,\"m\":\"a\",\"d\":1,\"t\":\"\"}", "[]", "",
            "{",
        ])
    func incomplete(_ text: String) {
        #expect(throws: JSONError.self) { try RPCRequestEnvelope(jsonBytes: Array(text.utf8)) }
    }
}
