import JSONCodec
import Seeded
import Testing

@Suite("The JSON reader is strict")
struct JSONReaderTests {
    private func skip(_ text: String) throws(JSONError) {
        var reader = JSONReader(Array(text.utf8))
        try reader.skipValue()
        try reader.finish()
    }

    @Test(
        "what RFC 8259 allows is read",
        arguments: [
            "{}", "[]", " [ 1 , -0 , 0.5 , 1e9 , 1E-2 , true , false , null ] ", #"{"a":{"b":["c",{}]},"":""}"#,
            #""\u00e9\ud83d\ude00\n\/""#, "0", "-12.5e+3", "\t\r\n1",
        ])
    func good(text: String) throws {
        try skip(text)
    }

    @Test(
        "what it does not allow is refused",
        arguments: [
            "", "{", "[", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{a:1}"#, "[1 2]", "01", "-", "1.", ".5", "1e", "+1",
            "tru",
            "nulll", "'a'", #""a"#, "\"\u{1}\"", #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83dx""#, #""\ude00""#, "1 1",
            "NaN",
            "Infinity", "[}", "{]", #"{"a":1,}"#, "/**/1",
        ])
    func bad(text: String) {
        #expect(throws: JSONError.self) { try skip(text) }
    }

    @Test(
        "the kind of a value is told before it is read",
        arguments: [
            (" {}", JSONKind.object), ("[1]", .array), ("\t\"a\"", .string), ("-1", .number), ("0", .number),
            ("true", .bool), ("false", .bool), ("null", .null), ("", nil), ("}", nil), ("x", nil),
        ] as [(String, JSONKind?)])
    func kinds(text: String, kind: JSONKind?) {
        var reader = JSONReader(Array(text.utf8))
        #expect(reader.nextKind() == kind)
        #expect(reader.nextKind() == kind)
    }

    @Test("nesting has a limit, and the limit is no crash")
    func depth() throws {
        let depth = JSONReader.maxDepth
        try skip(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        #expect(throws: JSONError.self) {
            try skip(String(repeating: "[", count: depth + 1) + String(repeating: "]", count: depth + 1))
        }
        #expect(throws: JSONError.self) { try skip(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("integers keep every digit and refuse what does not fit")
    func integers() throws {
        func read<Integer: FixedWidthInteger>(_ text: String, as type: Integer.Type) throws(JSONError) -> Integer {
            var reader = JSONReader(Array(text.utf8))
            let value = try reader.integer(type)
            try reader.finish()
            return value
        }
        #expect(try read("9223372036854775807", as: Int64.self) == .max)
        #expect(try read("-9223372036854775808", as: Int64.self) == .min)
        #expect(try read("0", as: Int.self) == 0)
        for wrong in ["9223372036854775808", "-9223372036854775809", "1.0", "1e3", "01", "-", "\"1\"", "null", ""] {
            #expect(throws: JSONError.self) { try read(wrong, as: Int64.self) }
        }
    }

    @Test("a string that is not UTF-8 is refused, yet its bytes can be had")
    func invalidUTF8() throws {
        let text: [UInt8] = [0x22, 0xFF, 0x22]
        var reader = JSONReader(text)
        #expect(throws: JSONError.self) { try reader.string() }
        var bytes = JSONReader(text)
        #expect(try bytes.utf8String() == [0xFF])
    }

    @Test("random bytes never crash the reader", arguments: [UInt64](1...20))
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[],:"\u0123456789-+.eEtrufalsn \#n"#.utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            var reader = JSONReader(text)
            _ = try? reader.skipValue()
            #expect(reader.offset <= text.count)
        }
    }
}
