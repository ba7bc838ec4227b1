import Testing

@testable import Cryptography

@Suite("Secrets")
struct SecretsTests {
    @Test("compare equal only when every byte is")
    func compare() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
        #expect(!ConstantTime.equal([], [1]))
        #expect(ConstantTime.equal("token", "token"))
        #expect(!ConstantTime.equal("token", "toker"))
        #expect(!ConstantTime.equal("", "token"))
        #expect(ConstantTime.equal(SHA256.hash("a"), SHA256.hash("a")))
        #expect(!ConstantTime.equal(SHA256.hash("a"), SHA256.hash("b")))
    }

    @Test("are random")
    func random() throws {
        let first = try SecureRandom.bytes(32)
        let second = try SecureRandom.bytes(32)
        #expect(first.count == 32 && first != second)
        #expect(try SecureRandom.bytes(0).isEmpty)
    }

    @Test("draw every letter of an alphabet and no other")
    func letters() throws {
        let text = try SecureRandom.string(4000, from: "ABC")
        #expect(text.utf8.count == 4000)
        #expect(Set(text) == ["A", "B", "C"])
        let share = text.count { $0 == "A" }
        #expect((1000...1700).contains(share), "about a third each, \(share) of 4000")
    }
}
