import Cryptography
import Policy
import Signatures
import Testing
import Wire

@testable import Auth

@Suite("A session's key")
struct SessionKeyTests {
    private let context = Fixture.context()

    private func make(
        _ fixture: Fixture, _ key: AccessKey, seconds: Int64 = 3_600, name: String? = nil,
        bounds: [SessionBound] = []
    ) async throws -> SessionKey {
        try await fixture.authority.createSession(
            .init(accessKeyID: key.accessKeyID, name: name, seconds: seconds, bounds: bounds), context)
    }

    private func refused(
        _ code: RPCError.Code, at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        #expect(await expectCode(code, body) != nil, sourceLocation: location)
    }

    private func terms(_ fixture: Fixture, _ accessKeyID: String) async throws -> SessionTerms? {
        try await signingKey(fixture, accessKeyID).session
    }

    private func signingKey(_ fixture: Fixture, _ accessKeyID: String) async throws -> Wire.SigningKey {
        let day = SigningTime(unixSeconds: fixture.time.unixSeconds).day
        return try await fixture.authority.signingKey(
            .init(accessKeyID: accessKeyID, date: day, region: "us-east-1", service: "s3"), context)
    }

    private func isOver(_ fixture: Fixture, _ session: SessionKey) async throws -> Bool {
        do {
            guard let terms = try await terms(fixture, session.accessKeyID) else { return false }
            return terms.expires <= fixture.time.unixSeconds
        } catch let error as RPCError where error.code == .notFound { return true }
    }

    private func user(_ fixture: Fixture, _ id: String) async throws -> AccessKey {
        _ = try await fixture.authority.create(CreateUser.Request(userID: id), context)
        return try await fixture.authority.create(CreateCredential.Request(userID: id), context)
    }

    @Test("speaks for its maker, with its token")
    func speaks() async throws {
        let (fixture, key) = try await Fixture.ready()
        let session = try await make(fixture, key)
        let answer = try await signingKey(fixture, session.accessKeyID)
        #expect(answer.principal == Principal(userID: "admin", accessKeyID: session.accessKeyID))
        #expect(answer.policies.map(\.id).contains("FSFullAccess"))
        let scope = CredentialScope(
            day: SigningTime(unixSeconds: fixture.time.unixSeconds).day, region: "us-east-1", service: "s3")
        #expect(answer.key == DerivedKey.derive(secret: session.secretAccessKey, scope: scope).hex)
        let terms = try #require(answer.session)
        #expect(terms.tokenDigest == SHA256.hash(session.sessionToken.utf8).hex)
        #expect(terms.expires == fixture.time.unixSeconds + 3_600)
        #expect(terms.bounds.isEmpty)
        #expect(session.expires == terms.expires)
        #expect(try await signingKey(fixture, key.accessKeyID).session == nil)
    }

    @Test("is for signatures of version 4 only")
    func onlySignatures() async throws {
        let (fixture, key) = try await Fixture.ready()
        let session = try await make(fixture, key)
        await refused(.unauthenticated) {
            _ = try await fixture.authority.verifySecret(
                .init(accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey), context)
        }
        await refused(.unauthenticated) {
            _ = try await fixture.authority.logIn(
                .init(accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey), context)
        }
        await refused(.permissionDenied) {
            _ = try await fixture.authority.verifyV2(
                .init(accessKeyID: session.accessKeyID, stringToSign: "x", signature: "x"), context)
        }
        await refused(.permissionDenied) {
            _ = try await fixture.authority.createSession(
                .init(accessKeyID: session.accessKeyID, name: nil, seconds: 900, bounds: []), context)
        }
    }

    @Test("ends by itself, and is told of for a day")
    func time() async throws {
        let (fixture, key) = try await Fixture.ready()
        let session = try await make(fixture, key, seconds: 900)
        fixture.time.advance(899)
        #expect(try await !isOver(fixture, session))
        fixture.time.advance(1)
        #expect(try await isOver(fixture, session))
        #expect(try await terms(fixture, session.accessKeyID) != nil)
        fixture.time.advance(86_400)
        _ = try await make(fixture, key)
        await refused(.notFound) { _ = try await terms(fixture, session.accessKeyID) }
    }

    @Test("ends with the key it was made by, however that ends")
    func key() async throws {
        let (fixture, _) = try await Fixture.ready()
        let key = try await user(fixture, "u")
        let other = try await fixture.authority.create(CreateCredential.Request(userID: "u"), context)
        let short = try await fixture.authority.create(
            CreateCredential.Request(userID: "u", expires: fixture.time.unixSeconds + 1_000), context)
        let sessions = [
            try await make(fixture, key), try await make(fixture, other), try await make(fixture, short),
        ]
        #expect(sessions[2].expires == fixture.time.unixSeconds + 1_000)
        try await fixture.authority.delete(
            DeleteCredential.Request(userID: "u", accessKeyID: key.accessKeyID), context)
        #expect(try await isOver(fixture, sessions[0]))
        #expect(try await !isOver(fixture, sessions[1]))
        fixture.time.advance(1_000)
        #expect(try await isOver(fixture, sessions[2]))
        #expect(try await !isOver(fixture, sessions[1]))
        try await fixture.authority.delete(DeleteUser.Request(userID: "u"), context)
        #expect(try await isOver(fixture, sessions[1]))
    }

    @Test("ends with the login it was made in, and with the password of that")
    func login() async throws {
        let (fixture, _) = try await Fixture.ready()
        let key = try await user(fixture, "u")
        try await fixture.authority.setPassword(.init(userID: "u", password: "a long password"), context)
        func session(_ login: LoginToken) async throws -> SessionKey {
            try await fixture.authority.createSession(
                .init(token: login.token, name: nil, seconds: 3_600, bounds: []), context)
        }
        let byPassword = try await fixture.authority.logIn(
            LogInWithPassword.Request(userID: "u", password: "a long password"), context)
        let byKey = try await fixture.authority.logIn(
            LogIn.Request(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), context)
        let (first, second) = (try await session(byPassword), try await session(byKey))
        let third = try await make(fixture, key)
        try await fixture.authority.logOut(.init(token: byKey.token), context)
        #expect(try await isOver(fixture, second))
        #expect(try await !isOver(fixture, first))
        #expect(try await !isOver(fixture, third))
        try await fixture.authority.setPassword(.init(userID: "u", password: "another long password"), context)
        #expect(try await isOver(fixture, first))
        #expect(try await !isOver(fixture, third))
        await refused(.unauthenticated) { _ = try await session(byKey) }
        await refused(.unauthenticated) {
            _ = try await fixture.authority.createSession(
                .init(accessKeyID: key.accessKeyID, token: byKey.token, name: nil, seconds: 3_600, bounds: []), context)
        }
    }

    @Test("is cut down to policies as they are, and to nothing by one that is gone")
    func bounds() async throws {
        let (fixture, key) = try await Fixture.ready()
        func document(_ action: String) -> PolicyDocument {
            PolicyDocument(id: "cut", statement: [PolicyStatement(effect: "allow", action: [action], resource: "*")])
        }
        let own = PolicyStatement(effect: "deny", action: ["fs:*"], resource: "*")
        _ = try await fixture.authority.create(CreatePolicy.Request(document: document("fs:ReadObject")), context)
        let session = try await make(
            fixture, key,
            bounds: [
                SessionBound(policyIDs: ["cut"]), SessionBound(policyIDs: ["cut", "FSReadAll"], statement: [own]),
            ])
        var terms = try #require(try await terms(fixture, session.accessKeyID))
        #expect(terms.bounds.map { $0.map(\.id) } == [["cut"], ["cut", "FSReadAll", ""]])
        #expect(terms.bounds[1][2].statement == [own])
        _ = try await fixture.authority.update(UpdatePolicy.Request(document: document("fs:ListObjects")), context)
        terms = try #require(try await self.terms(fixture, session.accessKeyID))
        #expect(terms.bounds[0][0].statement[0].action == ["fs:ListObjects"])
        try await fixture.authority.delete(DeletePolicy.Request(policyID: "cut"), context)
        terms = try #require(try await self.terms(fixture, session.accessKeyID))
        #expect(terms.bounds.map { $0.map(\.id) } == [[], ["FSReadAll", ""]])
    }

    @Test("is listed, and ended by hand")
    func listed() async throws {
        let (fixture, key) = try await Fixture.ready()
        let sessions = [try await make(fixture, key, name: "one"), try await make(fixture, key)]
        func ids() async throws -> [String] {
            try await fixture.authority.sessions(
                .init(userID: "admin", range: ListRange(prefix: "", after: "", amount: 10)), context
            ).results.map(\.accessKeyID)
        }
        #expect(try await ids() == sessions.map(\.accessKeyID).sorted())
        let keys = try await fixture.authority.credentials(
            .init(userID: "admin", range: ListRange(prefix: "", after: "", amount: 10)), context)
        #expect(keys.results.map(\.accessKeyID) == [key.accessKeyID])
        let first = EndSession.Request(userID: "admin", accessKeyID: sessions[0].accessKeyID)
        await refused(.notFound) { try await fixture.authority.delete(first, context) }
        await refused(.notFound) { _ = try await fixture.authority.credential(first, context) }
        try await fixture.authority.endSession(first, context)
        #expect(try await isOver(fixture, sessions[0]))
        #expect(try await ids() == [sessions[1].accessKeyID])
        await refused(.notFound) { try await fixture.authority.endSession(first, context) }
        await refused(.notFound) {
            try await fixture.authority.endSession(.init(userID: "admin", accessKeyID: key.accessKeyID), context)
        }
    }

    @Test("is bounded in time, name and policies")
    func limits() async throws {
        let (fixture, key) = try await Fixture.ready()
        let statement = PolicyStatement(effect: "allow", action: ["fs:*"], resource: "*")
        for seconds in [Int64.min, -1, 0, 899, 129_601, Int64.max] {
            await refused(.invalidArgument) { _ = try await make(fixture, key, seconds: seconds) }
        }
        await refused(.invalidArgument) {
            _ = try await make(fixture, key, name: String(repeating: "n", count: 256))
        }
        for bounds in [
            [SessionBound()], [SessionBound(policyIDs: Array(repeating: "FSReadAll", count: 11))],
            Array(repeating: SessionBound(policyIDs: ["FSReadAll"]), count: 3),
            [SessionBound(statement: [PolicyStatement(effect: "maybe", action: ["fs:*"], resource: "*")])],
            [SessionBound(statement: Array(repeating: statement, count: 101))],
        ] {
            await refused(.invalidArgument) { _ = try await make(fixture, key, bounds: bounds) }
        }
        await refused(.notFound) { _ = try await make(fixture, key, bounds: [SessionBound(policyIDs: ["no"])]) }
        let long = PolicyStatement(
            effect: "allow", action: ["fs:*"], resource: "arn:lakefs:fs:::" + String(repeating: "x", count: 2_000))
        await refused(.invalidArgument) {
            _ = try await make(fixture, key, bounds: [SessionBound(statement: Array(repeating: long, count: 40))])
        }
        let range = ListRange(prefix: "", after: "", amount: 10)
        #expect(
            try await fixture.authority.sessions(.init(userID: "admin", range: range), context).results.isEmpty)
    }

    @Test("tells nobody its secret or its token again")
    func secret() async throws {
        let (fixture, key) = try await Fixture.ready()
        let session = try await make(fixture, key)
        _ = try await signingKey(fixture, session.accessKeyID)
        #expect(!fixture.log.text.contains(session.secretAccessKey))
        #expect(!fixture.log.text.contains(session.sessionToken))
    }
}
