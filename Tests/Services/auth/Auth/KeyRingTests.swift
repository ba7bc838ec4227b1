import Cryptography
import Testing

@testable import Auth

@Suite("The key ring")
struct KeyRingTests {
    private let ring: KeyRing

    init() throws { ring = try KeyRing(current: Fixture.masterKey) }

    @Test("opens what it sealed, for the same access key only")
    func seal() throws {
        let sealed = try ring.seal("secret", of: "AKIA1")
        #expect(try ring.open(sealed, of: "AKIA1") == "secret")
        #expect(throws: CryptographyError.notAuthentic) { try ring.open(sealed, of: "AKIA2") }
        #expect(try ring.seal("secret", of: "AKIA1") != sealed, "a nonce is never used again")
    }

    @Test("opens nothing that another key sealed, or that was altered")
    func another() throws {
        let sealed = try ring.seal("secret", of: "AKIA1")
        let other = try KeyRing(current: [UInt8](repeating: 9, count: 32))
        #expect(throws: CryptographyError.notAuthentic) { try other.open(sealed, of: "AKIA1") }
        let renamed = SealedSecret(keyID: other.current.id, bytes: sealed.bytes)
        #expect(throws: CryptographyError.notAuthentic) { try other.open(renamed, of: "AKIA1") }
        for index in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[index] ^= 0x80
            #expect(throws: CryptographyError.notAuthentic) {
                try ring.open(SealedSecret(keyID: sealed.keyID, bytes: bytes), of: "AKIA1")
            }
        }
    }

    @Test("opens with former keys and seals with the current one")
    func rotation() throws {
        let sealed = try ring.seal("secret", of: "AKIA1")
        let rotated = try KeyRing(current: [UInt8](repeating: 9, count: 32), former: [Fixture.masterKey])
        #expect(try rotated.open(sealed, of: "AKIA1") == "secret")
        #expect(try rotated.seal("secret", of: "AKIA1").keyID == rotated.current.id)
        #expect(rotated.current.id != sealed.keyID)
    }

    @Test("names its keys without telling them, and takes only 32 bytes, and 8 former ones")
    func limits() throws {
        #expect(ring.current.id.utf8.count == 16)
        #expect(!ring.current.id.contains("0707"))
        #expect(throws: CryptographyError.wrongLength) { try KeyRing(current: [UInt8](repeating: 7, count: 31)) }
        let nine = (1...9).map { [UInt8](repeating: $0, count: 32) }
        #expect(throws: CryptographyError.wrongLength) { try KeyRing(current: Fixture.masterKey, former: nine) }
    }
}
