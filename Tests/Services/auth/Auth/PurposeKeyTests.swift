import Cryptography
import Logging
import Testing
import Wire

@testable import Auth

@Suite("Keys for a purpose")
struct PurposeKeyTests {
    private let context = Fixture.context()

    private func keys(_ authority: Authority) async throws -> [PurposeKey] {
        try await authority.purposeKeys(.init(purpose: .presigning), context).keys
    }

    @Test("are made when they are first asked for, and stay the same")
    func first() async throws {
        let fixture = try Fixture()
        let made = try await keys(fixture.authority)
        #expect(made.count == 1 && made.first?.number == 1)
        #expect(made.first.flatMap { Hex.decode($0.key)?.count } == 32)
        #expect(made.first?.verifiesUntil == fixture.time.unixSeconds + 86_400 + 90_000)
        #expect(try await keys(fixture.authority) == made)
    }

    @Test("rotate every day, and verify for 25 h more")
    func rotation() async throws {
        let fixture = try Fixture()
        let first = try #require(try await keys(fixture.authority).first)
        fixture.time.advance(86_399)
        #expect(try await keys(fixture.authority) == [first], "signs until its day is over")
        fixture.time.advance(1)
        let both = try await keys(fixture.authority)
        #expect(both.map(\.number) == [2, 1] && both.last == first)
        #expect(both.first?.key != first.key)
        fixture.time.advance(86_399)
        #expect(try await keys(fixture.authority).map(\.number) == [2, 1])
        fixture.time.advance(3_601)
        #expect(try await keys(fixture.authority).map(\.number) == [3, 2], "the first is over after 49 h")
        fixture.time.advance(400 * 86_400)
        #expect(try await keys(fixture.authority).map(\.number) == [4], "no number is given twice")
        #expect(try await fixture.store.purposeKeys(of: "presigning", deadline: context.deadline).count == 1)
    }

    @Test("lie sealed, each bound to its purpose and number")
    func sealed() async throws {
        let fixture = try Fixture()
        let key = try #require(try await keys(fixture.authority).first)
        let stored = try #require(
            try await fixture.store.purposeKeys(of: "presigning", deadline: context.deadline).first)
        #expect(!Hex.encode(stored.key.bytes).contains(key.key))
        #expect(!fixture.log.text.contains(key.key))
        let ring = try KeyRing(current: Fixture.masterKey)
        #expect(try Hex.encode(ring.open(stored)) == key.key)
        for other in [
            StoredPurposeKey(purpose: "other", number: 1, key: stored.key, created: stored.created),
            StoredPurposeKey(purpose: "presigning", number: 2, key: stored.key, created: stored.created),
        ] {
            #expect(throws: CryptographyError.notAuthentic) { try ring.open(other) }
        }
    }

    @Test("outlive a change of the configured key, and are replaced where it is lost")
    func masterKeys() async throws {
        let fixture = try Fixture()
        let key = try #require(try await keys(fixture.authority).first)
        func authority(_ ring: KeyRing) throws -> Authority {
            try Authority(
                store: fixture.store, keys: ring, rules: AuthRules(), time: fixture.time.source,
                logger: fixture.log.logger())
        }
        let other = [UInt8](repeating: 9, count: 32)
        #expect(try await keys(authority(KeyRing(current: other, former: [Fixture.masterKey]))) == [key])
        #expect(try await keys(authority(KeyRing(current: other))).map(\.number) == [2])
    }

    @Test("are the same for two processes that are asked at once")
    func race() async throws {
        let fixture = try await PostgresFixture()
        let authorities = try (0..<2).map { _ in
            try Authority(
                store: PostgresAuthStore(try fixture.open()), keys: KeyRing(current: Fixture.masterKey),
                rules: AuthRules(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        let answers = try await withThrowingTaskGroup(of: [PurposeKey].self) { group in
            for index in 0..<12 { group.addTask { try await keys(authorities[index % 2]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers).count == 1 && answers.first?.count == 1)
    }
}
