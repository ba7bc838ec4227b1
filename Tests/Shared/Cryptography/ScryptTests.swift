import Testing

@testable import Cryptography

@Suite("Scrypt")
struct ScryptTests {
    @Test(
        "derives what RFC 7914 says",
        arguments: [
            (
                "", "", 16, 1, 1,
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                    + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", 1_024, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                    + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                    + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ] as [(String, String, Int, Int, Int, String)])
    func vectors(password: String, salt: String, rounds: Int, blocks: Int, lanes: Int, expected: String) throws {
        let cost = Scrypt.Cost(rounds: rounds, blocks: blocks, lanes: lanes)
        let key = try Scrypt.derive(password, salt: Array(salt.utf8), cost: cost, byteCount: 64)
        #expect(Hex.encode(key) == expected)
    }

    @Test(
        "refuses a cost that is none, or that takes too much memory",
        arguments: [(0, 8, 1), (1, 8, 1), (15, 8, 1), (16, 0, 1), (16, 8, 0), (-16, 8, 1), (1 << 22, 8, 1)])
    func refused(rounds: Int, blocks: Int, lanes: Int) {
        let cost = Scrypt.Cost(rounds: rounds, blocks: blocks, lanes: lanes)
        #expect(throws: CryptographyError.self) {
            try Scrypt.derive("password", salt: [1], cost: cost, byteCount: 32)
        }
    }
}
