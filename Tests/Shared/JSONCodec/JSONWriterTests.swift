import FoundationEssentials
import JSONCodec
import Seeded
import Testing

@Suite("What the JSON writer writes, Foundation and the reader read")
struct JSONWriterTests {
    @Test("containers, commas and numbers")
    func structure() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("a")
            writer.array { writer in
                writer.value(Int64.min)
                writer.value(UInt64.max)
                writer.value(0)
                writer.object { _ in }
                writer.array { _ in }
                writer.null()
            }
            writer.key("b")
            writer.value(true)
            writer.key("c")
            writer.raw(Array("[1]".utf8))
            writer.key("d")
            writer.value(["z": "1", "y": "2"])
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[-9223372036854775808,18446744073709551615,0,{},[],null],"b":true,"c":[1],"d":{"y":"2","z":"1"}}"#
        )
    }

    private func strings(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var strings: [String] = []
        try reader.beginArray()
        while try reader.nextElement() { strings.append(try reader.string()) }
        return strings
    }

    @Test("a text in two pieces and bytes as digits are written as one text")
    func pieces() {
        var writer = JSONWriter()
        writer.array { writer in
            writer.value(utf8: Array("s3://a\"\n/".utf8), then: Array("xé\\y".utf8)[1...])
            writer.value(utf8: [], then: [])
            writer.value(hex: [0xFF, 0x00, 0x0A, 0x9F][1...])
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"["s3://a\"\n/é\\y","","000a9f"]"#)
    }

    @Test("every string survives", arguments: [UInt64](1...20))
    func strings(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7F : 0x10FFFF), using: &random))
            }
            let string = String(String.UnicodeScalarView(scalars))
            var writer = JSONWriter()
            writer.array { $0.value(string) }
            #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [string], "seed \(seed)")
            var reader = JSONReader(writer.bytes)
            #expect(try self.strings(&reader) == [string], "seed \(seed)")
            let theirs = Array(try JSONEncoder().encode([string]))
            var other = JSONReader(theirs)
            #expect(try self.strings(&other) == [string], "seed \(seed)")
        }
    }
}

@Suite("Foundation carries the messages that are not hot")
struct CodableMessageTests {
    struct Message: JSONMessage, Codable, Hashable {
        struct Part: Codable, Hashable { var number: Int }
        var name: String
        var parts: [Part]
        var note: String?
    }

    @Test("a message survives")
    func roundTrip() throws {
        let message = Message(name: "a/b", parts: [.init(number: 1)], note: nil)
        #expect(try Message(jsonBytes: message.jsonBytes()) == message)
    }

    @Test("an error names the field and never the value")
    func errors() {
        func reason(_ text: String) -> String {
            do {
                _ = try Message(jsonBytes: Array(text.utf8))
                return "none"
            } catch {
                return error.reason
            }
        }
        #expect(reason(#"{"parts":[]}"#) == "'name' is missing")
        #expect(reason(#"{"name":1,"parts":[]}"#) == "'name' has the wrong type")
        #expect(reason(#"{"name":"secret","parts":[{"number":"x"}]}"#).contains("parts.0.number"))
        #expect(!reason(#"{"name":"secret","parts":[{"number":"x"}]}"#).contains("secret"))
        #expect(reason(#"{"name":"#) != "none")
        #expect(reason("[]") != "none")
    }
}
