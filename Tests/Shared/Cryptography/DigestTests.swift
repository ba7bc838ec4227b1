import Testing

@testable import Cryptography

@Suite("Digests")
struct DigestTests {
    @Test(
        "give the values of FIPS 180-4, RFC 1321 and RFC 3174",
        arguments: [
            (
                "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "da39a3ee5e6b4b0d3255bfef95601890afd80709", "d41d8cd98f00b204e9800998ecf8427e"
            ),
            (
                "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "a9993e364706816aba3e25717850c26c9cd0d89d", "900150983cd24fb0d6963f7d28e17f72"
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "8215ef0796a20bcaaae116d3876c664a"
            ),
        ])
    func knownValues(text: String, sha256: String, sha1: String, md5: String) {
        #expect(SHA256.hash(text).hex == sha256)
        #expect(SHA1.hash(text).hex == sha1)
        #expect(MD5.hash(text).hex == md5)
    }

    @Test("of a million letters in uneven pieces equal the published value")
    func pieces() {
        var function = SHA256()
        var left = 1_000_000
        var size = 1
        while left > 0 {
            let count = min(size, left)
            function.update(repeatElement(0x61, count: count))
            left -= count
            size = size * 3 % 7919 + 1
        }
        #expect(function.finalize().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("can be read in the middle and go on")
    func goesOn() {
        var function = MD5()
        function.update("a")
        #expect(function.finalize() == MD5.hash("a"))
        var other = function
        other.update("x")
        function.update("bc")
        #expect(function.finalize() == MD5.hash("abc"))
        #expect(other.finalize() == MD5.hash("ax"))
    }

    @Test("take any collection of bytes, contiguous or not")
    func collections() {
        let bytes: [UInt8] = Array("abc".utf8)
        #expect(SHA256.hash(bytes.lazy.map { $0 }) == SHA256.hash("abc"))
        #expect(bytes.withUnsafeBytes { SHA256.hash($0) } == SHA256.hash("abc"))
        #expect(SHA256.hash(Array("xabc".utf8).dropFirst()) == SHA256.hash("abc"))
    }
}

@Suite("Fixed bytes")
struct FixedBytesTests {
    @Test("come back from their bytes and their hexadecimal digits")
    func roundTrip() throws {
        let digest = SHA256.hash("abc")
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect(try #require(SHA1Digest(bytes: SHA1.hash("x").bytes)) == SHA1.hash("x"))
        #expect(digest.base64 == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    @Test("refuse another number of bytes or another character")
    func refused() {
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(MD5Digest(hex: "d41d8cd98f00b204e9800998ecf8427") == nil)
        #expect(MD5Digest(hex: "d41d8cd98f00b204e9800998ecf8427g") == nil)
        #expect(MD5Digest(bytes: []) == nil)
    }

    @Test("are ordered as their bytes are, wherever they first differ", arguments: 0..<32)
    func order(position: Int) throws {
        var bytes = [UInt8](repeating: 0x80, count: 32)
        let middle = try #require(SHA256Digest(bytes: bytes))
        bytes[position] = 0x7F
        let low = try #require(SHA256Digest(bytes: bytes))
        bytes[position] = 0x81
        let high = try #require(SHA256Digest(bytes: bytes))
        #expect(low < middle && middle < high && !(high < low) && !(middle < middle))
        #expect(low != middle && Set([low, middle, high, low]).count == 3)
    }
}
