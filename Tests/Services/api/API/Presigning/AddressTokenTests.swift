import Domain
import Testing

@testable import API

@Suite("Addresses handed out")
struct AddressTokenTests {
    private static let now: Int64 = 1_700_000_000
    private static let place = "data/2023-11-14T22/0123456789abcdef0123456789abcdef"
    private static let signed = place + ",AAAAB2VVQoCkhvA9P389ymYsPp-uIg-T"

    private let key = PresigningKey(number: 7, bytes: Array(0..<32), verifiesUntil: .max)

    private func token(repository: Int64 = 42, branch: String = "main", path: String = "a b/é.txt") throws
        -> AddressToken
    {
        AddressToken(repositoryID: repository, branch: try BranchName(branch), path: try ObjectKey(path))
    }

    @Test("are signed as the written rule says")
    func golden() throws {
        #expect(try token().sign(Self.place, with: key, now: Self.now) == Self.signed)
    }

    @Test("are taken for a day, for the very same repository, branch and path")
    func verify() throws {
        let claim = try #require(AddressToken.Claim(Self.signed))
        #expect(claim.place == Self.place && claim.keyNumber == 7 && claim.expires == 1_700_086_400)
        #expect(try token().verify(claim, with: key, now: Self.now) == .valid)
        #expect(try token().verify(claim, with: key, now: Self.now + 86_399) == .valid)
        #expect(try token().verify(claim, with: key, now: Self.now + 86_400) == .expired)
        for other in [
            try token(repository: 43), try token(branch: "main2"), try token(path: "a b/e.txt"),
            try token(branch: "mai", path: "na b/é.txt"),
        ] {
            #expect(other.verify(claim, with: key, now: Self.now) == .wrong)
        }
        let bytes = [UInt8](repeating: 1, count: 32)
        #expect(
            try token().verify(claim, with: PresigningKey(number: 7, bytes: bytes, verifiesUntil: .max), now: Self.now)
                == .wrong)
        #expect(
            try token().verify(
                claim, with: PresigningKey(number: 8, bytes: Array(0..<32), verifiesUntil: .max), now: Self.now)
                == .wrong)
    }

    @Test("are refused with any one character changed, left out or doubled")
    func tampering() throws {
        let characters = Array(Self.signed)
        for index in characters.indices {
            var (changed, shorter, longer) = (characters, characters, characters)
            changed[index] = characters[index] == "A" ? "B" : "A"
            shorter.remove(at: index)
            longer.insert(characters[index], at: index)
            for other in [changed, shorter, longer] where other != characters {
                guard let claim = AddressToken.Claim(String(other)) else { continue }
                #expect(try token().verify(claim, with: key, now: Self.now) != .valid, "\(String(other))")
            }
        }
    }

    @Test(
        "without a token are no claim",
        arguments: [
            "", ",", "data/h/id", "data/h/id,", "data/h/id,AAAA", signed + "A", signed + "=", "x" + signed.suffix(32),
        ])
    func malformed(address: String) {
        #expect(AddressToken.Claim(address) == nil)
    }
}
