import Testing

@testable import Cryptography

@Suite("AES-256-GCM")
struct AES256GCMTests {
    struct Vector: Sendable {
        let key, nonce, plaintext, associated, sealed: String
    }

    /// Test cases 13 to 16 of the GCM specification (McGrew and Viega).
    static let vectors = [
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24), plaintext: "",
            associated: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24),
            plaintext: String(repeating: "0", count: 32), associated: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", nonce: "cafebabefacedbaddecaf888",
            plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test("gives the values of the specification", arguments: vectors)
    func specification(vector: Vector) throws {
        let cipher = try AES256GCM(key: try #require(Hex.decode(vector.key)))
        let nonce = try #require(Hex.decode(vector.nonce))
        let (plain, associated) = (
            try #require(Hex.decode(vector.plaintext)), try #require(Hex.decode(vector.associated))
        )
        let sealed = try cipher.seal(plain, nonce: nonce, authenticating: associated)
        #expect(Hex.encode(sealed) == vector.nonce + vector.sealed)
        #expect(try cipher.open(sealed, authenticating: associated) == plain)
    }

    @Test("opens nothing with any byte altered, cut off or added")
    func altered() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        let sealed = try cipher.seal(Array("secret".utf8), authenticating: [1, 2])
        #expect(try cipher.open(sealed, authenticating: [1, 2]) == Array("secret".utf8))
        for index in sealed.indices {
            var other = sealed
            other[index] ^= 1
            #expect(throws: CryptographyError.notAuthentic) { try cipher.open(other, authenticating: [1, 2]) }
            #expect(throws: CryptographyError.notAuthentic) {
                try cipher.open(Array(sealed[..<index]), authenticating: [1, 2])
            }
        }
        #expect(throws: CryptographyError.notAuthentic) { try cipher.open(sealed + [0], authenticating: [1, 2]) }
    }

    @Test("opens nothing under another key or other associated data")
    func another() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        let other = try AES256GCM(key: [UInt8](repeating: 8, count: 32))
        let sealed = try cipher.seal([1], authenticating: [1, 2])
        #expect(throws: CryptographyError.notAuthentic) { try other.open(sealed, authenticating: [1, 2]) }
        #expect(throws: CryptographyError.notAuthentic) { try cipher.open(sealed, authenticating: [1]) }
        #expect(throws: CryptographyError.notAuthentic) { try cipher.open(sealed, authenticating: []) }
    }

    @Test("never uses a nonce twice and takes no key of another size")
    func nonces() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        let nonces = try (0..<100).map { _ in Array(try cipher.seal([1], authenticating: []).prefix(12)) }
        #expect(Set(nonces).count == 100)
        #expect(throws: CryptographyError.wrongLength) { try AES256GCM(key: [UInt8](repeating: 7, count: 16)) }
    }
}
