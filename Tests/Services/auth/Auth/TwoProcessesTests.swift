import Cryptography
import Database
import Logging
import Testing
import Wire

@testable import Auth

@Suite("Two processes of auth on one database")
struct TwoProcessesTests {
    private func authority(_ fixture: PostgresFixture, masterKey: [UInt8] = Fixture.masterKey) throws -> Authority {
        var rules = AuthRules()
        rules.setupToken = Fixture.token
        return try Authority(
            store: PostgresAuthStore(try fixture.open()), keys: KeyRing(current: masterKey), rules: rules,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("behave as one")
    func asOne() async throws {
        let fixture = try await PostgresFixture()
        let (first, second) = (try authority(fixture), try authority(fixture))
        let context = Fixture.context()
        #expect(try await !second.setupState(context).isInitialized)
        let key = try await first.setUp(.init(setupToken: Fixture.token, userID: "admin"), context)
        #expect(try await second.setupState(context).isInitialized)
        let error = await expectCode(.alreadyExists) {
            _ = try await second.setUp(.init(setupToken: Fixture.token, userID: "other"), context)
        }
        #expect(error != nil)
        let login = try await first.logIn(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), context)
        #expect(try await second.verifyToken(.init(token: login.token), context).principal.userID == "admin")
        let day = SigningDay.today()
        let request = GetSigningKey.Request(
            accessKeyID: key.accessKeyID, date: day, region: "us-east-1", service: "s3")
        let (one, other) = (
            try await first.signingKey(request, context), try await second.signingKey(request, context)
        )
        #expect(one == other)
        let added = try await second.addKey(userID: "admin", deadline: context.deadline)
        let verified = try await first.verifySecret(
            .init(accessKeyID: added.accessKeyID, secretAccessKey: added.secretAccessKey), context)
        #expect(verified.principal.userID == "admin")
    }

    @Test("let one of many set-ups win")
    func race() async throws {
        let fixture = try await PostgresFixture()
        let authorities = [try authority(fixture), try authority(fixture)]
        let keys: [AccessKey] = await withTaskGroup(of: AccessKey?.self) { group in
            for index in 0..<16 {
                group.addTask {
                    let request = SetUp.Request(setupToken: Fixture.token, userID: "admin\(index)")
                    return try? await authorities[index % 2].setUp(request, Fixture.context())
                }
            }
            return await group.reduce(into: []) { keys, key in if let key { keys.append(key) } }
        }
        #expect(keys.count == 1)
        let key = try #require(keys.first)
        for authority in authorities {
            _ = try await authority.verifySecret(
                .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), Fixture.context())
        }
    }

    @Test("keep secrets sealed: the clear text is nowhere in the database")
    func sealed() async throws {
        let fixture = try await PostgresFixture()
        let key = try await authority(fixture).setUp(
            .init(setupToken: Fixture.token, userID: "admin"), Fixture.context())
        let database = try fixture.open()
        let rows = try await database.read(
            .read("SELECT secret, access_key_id || user_id || master_key_id FROM credential"),
            deadline: .now + .seconds(30))
        let row = try #require(rows.first)
        let text = String(decoding: try row.bytes(0), as: UTF8.self) + (try row.text(1))
        #expect(!text.contains(key.secretAccessKey))
        #expect(!text.contains(Hex.encode(Array(key.secretAccessKey.utf8))))
        await database.shutdown(deadline: .now + .seconds(5))
    }

    @Test("refuse to start with a key that does not open the secrets, and answer corrupted where one slips in")
    func wrongKey() async throws {
        let fixture = try await PostgresFixture()
        let key = try await authority(fixture).setUp(
            .init(setupToken: Fixture.token, userID: "admin"), Fixture.context())
        let wrong = [UInt8](repeating: 9, count: 32)
        let store = PostgresAuthStore(try fixture.open())
        await #expect(throws: (any Error).self) { try await App.requireKeys(KeyRing(current: wrong), store) }
        try await App.requireKeys(KeyRing(current: Fixture.masterKey), store)
        try await App.requireKeys(KeyRing(current: wrong, former: [Fixture.masterKey]), store)
        let other = try authority(fixture, masterKey: wrong)
        let error = await expectCode(.corrupted) {
            _ = try await other.verifySecret(
                .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), Fixture.context())
        }
        #expect(error != nil)
    }
}
