import Testing

@testable import Cryptography

@Suite("HMAC")
struct HMACTests {
    struct Vector: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        let code: String
    }

    static let sha256Vectors = [
        Vector(
            key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 20), message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ]

    @Test("with SHA-256 gives the values of RFC 4231", arguments: sha256Vectors)
    func sha256(vector: Vector) {
        let key = HMACSHA256(vector.key)
        #expect(key.code(vector.message).hex == vector.code)
        var function = key.start()
        for byte in vector.message { function.update(CollectionOfOne(byte)) }
        #expect(key.finish(function).hex == vector.code)
        #expect(key.code(vector.message).hex == vector.code, "a key serves any number of messages")
    }

    static let sha1Vectors = [
        Vector(
            key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
            code: "b617318655057264e28bc0b6fb378c8ef146be00"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 80),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
    ]

    @Test("with SHA-1 gives the values of RFC 2202", arguments: sha1Vectors)
    func sha1(vector: Vector) {
        #expect(HMACSHA1(vector.key).code(vector.message).hex == vector.code)
    }
}
