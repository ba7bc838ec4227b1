import Testing

@testable import Cryptography

@Suite("Verification of signatures")
struct VerificationKeyTests {
    // RFC 7515, A.2.
    private static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT"
        + "-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS"
        + "-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2e"
        + "thFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    private static let signedByRSA =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        + "VlfQ"
    private static let signatureOfRSA =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7"
        + "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12"
        + "jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUP"
        + "QGe77Rw"
    // RFC 7515, A.3.
    private static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    private static let signedByP256 =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        + "VlfQ"
    private static let signatureOfP256 =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decode(text, .url)) }

    private func rsa() throws -> VerificationKey {
        try VerificationKey(rsaModulus: bytes(Self.modulus), exponent: bytes("AQAB"))
    }

    private func p256() throws -> VerificationKey { try VerificationKey(p256X: bytes(Self.x), y: bytes(Self.y)) }

    @Test("takes the examples of RFC 7515")
    func examples() throws {
        #expect(try rsa().verifies(bytes(Self.signatureOfRSA), of: Array(Self.signedByRSA.utf8)))
        #expect(try p256().verifies(bytes(Self.signatureOfP256), of: Array(Self.signedByP256.utf8)))
        let padded = try VerificationKey(rsaModulus: [0, 0] + bytes(Self.modulus), exponent: [0, 1, 0, 1])
        #expect(try padded.verifies(bytes(Self.signatureOfRSA), of: Array(Self.signedByRSA.utf8)))
    }

    @Test("refuses whatever was altered, at any bit")
    func altered() throws {
        for (key, signature, message) in [
            (try rsa(), try bytes(Self.signatureOfRSA), Array(Self.signedByRSA.utf8)),
            (try p256(), try bytes(Self.signatureOfP256), Array(Self.signedByP256.utf8)),
        ] {
            for index in signature.indices {
                var other = signature
                other[index] ^= 1 << UInt8(index % 8)
                #expect(!key.verifies(other, of: message))
            }
            #expect(!key.verifies(signature, of: message + [0]))
            #expect(!key.verifies(signature, of: []))
            #expect(!key.verifies(signature + [0], of: message))
            #expect(!key.verifies(Array(signature.dropLast()), of: message))
            #expect(!key.verifies([], of: message))
            #expect(!key.verifies([UInt8](repeating: 0, count: signature.count), of: message))
            #expect(!key.verifies([UInt8](repeating: 0xFF, count: signature.count), of: message))
        }
    }

    @Test("refuses numbers that are no key, or a weak one")
    func noKeys() throws {
        let (modulus, x, y) = (try bytes(Self.modulus), try bytes(Self.x), try bytes(Self.y))
        for (modulus, exponent): ([UInt8], [UInt8]) in [
            ([], [1, 0, 1]), (Array(modulus.dropLast()), [1, 0, 1]), (modulus, []), (modulus, [0]), (modulus, [1]),
            (modulus, [2]), (modulus, [UInt8](repeating: 0xFF, count: 9)),
            ([UInt8](repeating: 0xFF, count: 1025), [1, 0, 1]),
        ] {
            #expect(throws: CryptographyError.wrongLength) {
                try VerificationKey(rsaModulus: modulus, exponent: exponent)
            }
        }
        var off = y
        off[31] ^= 1
        for (x, y) in [(x, off), (y, x), ([], []), (x + [0], y), (x, Array(y.dropLast())), ([0] + x.dropLast(), y)] {
            #expect(throws: CryptographyError.wrongLength) { try VerificationKey(p256X: x, y: y) }
        }
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(throws: CryptographyError.wrongLength) { try VerificationKey(p256X: zero, y: zero) }
    }
}
