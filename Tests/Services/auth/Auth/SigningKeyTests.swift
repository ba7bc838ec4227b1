import Cryptography
import Signatures
import Testing
import Wire

@testable import Auth

@Suite("A derived signing key")
struct SigningKeyTests {
    private func request(
        _ accessKeyID: String, date: String = "20260314", region: String = "us-east-1", service: String = "s3"
    ) -> GetSigningKey.Request {
        GetSigningKey.Request(accessKeyID: accessKeyID, date: date, region: region, service: service)
    }

    @Test("verifies what its owner signs")
    func verifies() async throws {
        let (fixture, key) = try await Fixture.ready()
        let answer = try await fixture.authority.signingKey(request(key.accessKeyID), Fixture.context())
        #expect(answer.principal == Principal(userID: "admin", accessKeyID: key.accessKeyID))
        let signer = RequestSigner(
            credentials: SigningCredentials(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey),
            region: "us-east-1")
        let head = RequestHead(method: "GET", target: "/repo/main/a", fields: [("host", "h")])
        let time = SigningTime(unixSeconds: fixture.time.unixSeconds)
        let sent = RequestHead(
            method: "GET", target: "/repo/main/a",
            fields: head.fields + (try signer.sign(head, payload: .empty, at: time)).fields)
        guard case .v4(let claim) = try RequestAuthentication(sent) else {
            Issue.record("not SigV4")
            return
        }
        let derived = DerivedKey(try #require(SHA256Digest(hex: answer.key)))
        try claim.verify(sent, key: derived)
    }

    @Test(
        "is given for dates from 7 days back to tomorrow",
        arguments: [
            ("20260306", false), ("20260307", true), ("20260313", true), ("20260314", true), ("20260315", true),
            ("20260316", false), ("", false), ("2026031", false), ("20260314T000000Z", false), ("99999999", false),
        ])
    func dates(date: String, isGiven: Bool) async throws {
        let (fixture, key) = try await Fixture.ready()
        let request = request(key.accessKeyID, date: date)
        if isGiven {
            _ = try await fixture.authority.signingKey(request, Fixture.context())
        } else {
            let error = await expectCode(.invalidArgument) {
                _ = try await fixture.authority.signingKey(request, Fixture.context())
            }
            #expect(error != nil)
        }
    }

    @Test("is given for configured regions and the services s3 and sts only, before anything is looked up")
    func scopes() async throws {
        let (fixture, key) = try await Fixture.ready(regions: ["eu-central-1", "us-east-1"])
        _ = try await fixture.authority.signingKey(request(key.accessKeyID, region: "eu-central-1"), Fixture.context())
        for refused in [
            request(key.accessKeyID, region: "us-west-2"), request(key.accessKeyID, region: ""),
            request(key.accessKeyID, service: "iam"), request("unknown", service: "iam"),
            request("unknown", region: "us-west-2"),
        ] {
            let error = await expectCode(.invalidArgument) {
                _ = try await fixture.authority.signingKey(refused, Fixture.context())
            }
            #expect(error?.subject == "scope")
        }
    }

    @Test("differs by date and region")
    func differs() async throws {
        let (fixture, key) = try await Fixture.ready(regions: ["eu-central-1", "us-east-1"])
        var keys: Set<String> = []
        for date in ["20260313", "20260314"] {
            for region in ["eu-central-1", "us-east-1"] {
                let request = request(key.accessKeyID, date: date, region: region)
                keys.insert(try await fixture.authority.signingKey(request, Fixture.context()).key)
            }
        }
        #expect(keys.count == 4)
    }

    @Test("of an unknown access key is answered as such", arguments: ["AKIAUNKNOWN", "", "a/b", "é", "A:B"])
    func unknown(accessKeyID: String) async throws {
        let (fixture, _) = try await Fixture.ready()
        let error = await expectCode(.notFound) {
            _ = try await fixture.authority.signingKey(request(accessKeyID), Fixture.context())
        }
        #expect(error?.subject == "credential")
    }

    @Test("is there at once for a key that was asked for before it existed, after a second at most")
    func negative() async throws {
        let (fixture, key) = try await Fixture.ready()
        let later = "AKIALATER"
        let error = await expectCode(.notFound) {
            _ = try await fixture.authority.signingKey(request(later), Fixture.context())
        }
        #expect(error != nil)
        let secret = try fixture.authority.keys.seal(key.secretAccessKey, of: later)
        _ = try await fixture.store.add(
            StoredCredential(accessKeyID: later, userID: "admin", secret: secret), deadline: .now + .seconds(5))
        fixture.time.advance(1)
        _ = try await fixture.authority.signingKey(request(later), Fixture.context())
    }

    @Test("of a removed user is no more")
    func removed() async throws {
        let (fixture, key) = try await Fixture.ready()
        _ = try await fixture.authority.signingKey(request(key.accessKeyID), Fixture.context())
        fixture.store.dropUser("admin")
        let error = await expectCode(.notFound) {
            _ = try await fixture.authority.signingKey(request(key.accessKeyID), Fixture.context())
        }
        #expect(error != nil)
    }
}
