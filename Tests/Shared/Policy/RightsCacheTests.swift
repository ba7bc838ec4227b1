import Domain
import Policy
import Seeded
import Testing

@Suite("Rights are compiled once")
struct RightsCacheTests {
    private static func policy(_ resource: String, effect: String = "allow") -> PolicyDocument {
        PolicyDocument(
            id: "p", statement: [PolicyStatement(effect: effect, action: ["fs:Read*"], resource: resource)])
    }

    @Test("for the same policies, and for each user where they name it")
    func shared() throws {
        let cache = RightsCache()
        let lake = [Self.policy("arn:lakefs:fs:::repository/lake")]
        let first = cache.rights(of: "ada", lake)
        #expect(cache.rights(of: "ada", lake) === first)
        #expect(cache.rights(of: "bob", lake) === first)
        #expect(cache.rights(of: "ada", [Self.policy("arn:lakefs:fs:::repository/lake", effect: "deny")]) !== first)
        #expect(cache.rights(of: "ada", lake + lake) !== first)
        #expect(cache.rights(of: "ada", []) !== first)
        let own = [Self.policy("arn:lakefs:fs:::repository/${user}")]
        let name = Permission(.readRepository, on: .repository(try RepositoryName("ada")))
        #expect(cache.rights(of: "ada", own).decide(name, Circumstances(address: nil)) == .allowed)
        #expect(cache.rights(of: "bob", own).decide(name, Circumstances(address: nil)) == .unmentioned)
        #expect(cache.rights(of: "bob", own) === cache.rights(of: "bob", own))
    }

    @Test("within its bound, whatever comes")
    func bounded() {
        let cache = RightsCache(capacity: 1_000)
        for number in 0..<5_000 {
            _ = cache.rights(of: "u", [Self.policy("arn:lakefs:fs:::repository/r\(number)")])
        }
        #expect(cache.count > 10 && cache.count < 500)
        let large = PolicyDocument(
            id: "large",
            statement: (0..<1_000).map { number in
                PolicyStatement(effect: "allow", action: ["fs:*"], resource: "arn:lakefs:fs:::repository/r\(number)")
            })
        let before = cache.count
        let rights = cache.rights(of: "u", [large])
        #expect(cache.rights(of: "u", [large]) !== rights && cache.count == before)
    }

    @Test("what is asked for again stays, however much comes by")
    func recent() {
        let cache = RightsCache(capacity: 2_000)
        let mine = [Self.policy("arn:lakefs:fs:::repository/mine")]
        let rights = cache.rights(of: "u", mine)
        for number in 0..<2_000 {
            _ = cache.rights(of: "u", [Self.policy("arn:lakefs:fs:::repository/r\(number)")])
            if number % 10 == 0 { #expect(cache.rights(of: "u", mine) === rights) }
        }
    }
}
