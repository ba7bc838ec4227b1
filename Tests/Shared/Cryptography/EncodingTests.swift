import Testing

@testable import Cryptography

@Suite("Hexadecimal digits")
struct HexTests {
    @Test("round-trip every byte")
    func everyByte() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
    }

    @Test("are refused when odd or foreign", arguments: ["0", "0g", "/0", ":0", "@0", "`0", "é", " 00"])
    func refused(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

@Suite("Base 64")
struct Base64Tests {
    @Test(
        "gives the values of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(Array(plain.utf8), .url) == unpadded)
        #expect(Base64.decode(unpadded, .url) == Array(plain.utf8))
    }

    @Test("has an alphabet of its own for URLs")
    func alphabets() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF]) == "+/+/")
        #expect(Base64.encode([0xFB, 0xFF, 0xBF], .url) == "-_-_")
        #expect(Base64.decode("-_-_") == nil)
        #expect(Base64.decode("+/+/", .url) == nil)
    }

    @Test(
        "refuses what is not canonical",
        arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "=", "==", "====", "Zm9v\n", " Zm9", "Zg==Zg==", "Z=g="])
    func refused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("refuses padding and unused bits for URLs", arguments: ["Zg==", "Zh", "Z"])
    func refusedForURLs(text: String) {
        #expect(Base64.decode(text, .url) == nil)
    }
}
