import Policy
import Testing
import Wire

@testable import Auth

@Suite("The first set-up")
struct SetupTests {
    @Test("makes the administrator with a key that works, once")
    func once() async throws {
        let fixture = try Fixture()
        let context = Fixture.context()
        #expect(try await !fixture.authority.setupState(context).isInitialized)
        let request = SetUp.Request(setupToken: Fixture.token, userID: "admin")
        let key = try await fixture.authority.setUp(request, context)
        #expect(key.accessKeyID.hasPrefix("AKIA") && key.accessKeyID.utf8.count == 20)
        #expect(key.secretAccessKey.utf8.count == 40)
        #expect(key.created == fixture.time.unixSeconds)
        #expect(try await fixture.authority.setupState(context).isInitialized)
        let verified = try await fixture.authority.verifySecret(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), context)
        #expect(verified.principal == Principal(userID: "admin", accessKeyID: key.accessKeyID))
        #expect(verified.policies.map(\.id).contains("FSFullAccess"))
        #expect(try await fixture.authority.user(.init(userID: "admin"), context).created == key.created)
        await #expect(throws: RPCError.self) { try await fixture.authority.setUp(request, context) }
        #expect(await expectCode(.alreadyExists) { _ = try await fixture.authority.setUp(request, context) } != nil)
        let tokenless = SetUp.Request(setupToken: "", userID: "other")
        #expect(await expectCode(.alreadyExists) { _ = try await fixture.authority.setUp(tokenless, context) } != nil)
    }

    @Test("is refused without the token", arguments: ["", "wrong", "the-one-time-toke", "the-one-time-token "])
    func wrongToken(token: String) async throws {
        let fixture = try Fixture()
        let request = SetUp.Request(setupToken: token, userID: "admin")
        let error = await expectCode(.permissionDenied) {
            _ = try await fixture.authority.setUp(request, Fixture.context())
        }
        #expect(error != nil)
        #expect(try await !fixture.authority.setupState(Fixture.context()).isInitialized)
    }

    @Test("is refused to everybody where no token is configured", arguments: ["", "the-one-time-token"])
    func noToken(token: String) async throws {
        let fixture = try Fixture(token: nil)
        let request = SetUp.Request(setupToken: token, userID: "admin")
        let error = await expectCode(.permissionDenied) {
            _ = try await fixture.authority.setUp(request, Fixture.context())
        }
        #expect(error != nil)
    }

    @Test("takes a key that the caller brings along")
    func ownKey() async throws {
        let fixture = try Fixture()
        let key = try await fixture.authority.setUp(
            .init(
                setupToken: Fixture.token, userID: "admin", accessKeyID: "AKIAIOSFOLKFSSAMPLES",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Fixture.context())
        #expect(key.accessKeyID == "AKIAIOSFOLKFSSAMPLES")
        #expect(key.secretAccessKey == "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    }

    @Test(
        "is refused for a name or key that breaks the rules",
        arguments: [
            ("", nil, nil), ("a/b", nil, nil), ("50%", nil, nil), ("a\nb", nil, nil),
            (String(repeating: "a", count: 256), nil, nil), ("admin", "AKIA", nil), ("admin", nil, "long enough?"),
            ("admin", "AK", "wJalrXUtnFEMI"), ("admin", "AKIA/1", "wJalrXUtnFEMI"),
            ("admin", "AKIA:1", "wJalrXUtnFEMI"), ("admin", "AKIA 1", "wJalrXUtnFEMI"), ("admin", "AKIA1", "short"),
            ("admin", "AKIA1", "with a blank"), ("admin", "AKIA1", "ümlautümlaut"),
            ("admin", String(repeating: "A", count: 129), "wJalrXUtnFEMI"),
            ("admin", "AKIA1", String(repeating: "A", count: 129)),
        ] as [(String, String?, String?)])
    func refused(user: String, accessKeyID: String?, secret: String?) async throws {
        let fixture = try Fixture()
        let request = SetUp.Request(
            setupToken: Fixture.token, userID: user, accessKeyID: accessKeyID, secretAccessKey: secret)
        let error = await expectCode(.invalidArgument) {
            _ = try await fixture.authority.setUp(request, Fixture.context())
        }
        #expect(error != nil)
        #expect(secret.map { error?.message.contains($0) == true } != true, "a secret is never quoted")
        #expect(try await !fixture.authority.setupState(Fixture.context()).isInitialized)
    }

    @Test("is won by one of many at once")
    func race() async throws {
        let fixture = try Fixture()
        let won = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<50 {
                group.addTask {
                    let request = SetUp.Request(setupToken: Fixture.token, userID: "admin\(index)")
                    return (try? await fixture.authority.setUp(request, Fixture.context())) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test("and everything after it writes no secret and no token into the log")
    func log() async throws {
        let (fixture, key) = try await Fixture.ready()
        let login = try await fixture.authority.logIn(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), Fixture.context())
        _ = try? await fixture.authority.verifySecret(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: "a-wrong-secret"), Fixture.context())
        let other = try await fixture.authority.addKey(userID: "admin", deadline: .now + .seconds(5))
        let text = fixture.log.text
        #expect(text.contains(key.accessKeyID))
        for secret in [key.secretAccessKey, other.secretAccessKey, login.token, Fixture.token, "a-wrong-secret"] {
            #expect(!text.contains(secret))
        }
    }
}
