import Policy
import Seeded
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("A request of the Security Token Service")
struct SecurityTokenRequestTests {
    private static let role =
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=job-1&RoleArn=arn%3Alakefs%3Aauth%3A%3A%3A"

    private func read(_ form: String) throws -> SecurityTokenRequest { try SecurityTokenRequest(Array(form.utf8)) }

    @Test("is read, with what is usual where nothing is said")
    func reads() throws {
        #expect(try read("Action=GetCallerIdentity&Version=2011-06-15").action == .getCallerIdentity)
        let plain = try read("Action=GetSessionToken")
        #expect(plain.seconds == 43_200 && plain.bounds.isEmpty && plain.role == nil)
        #expect(try read("Action=GetSessionToken&DurationSeconds=129600").seconds == 129_600)
        let own = try read(Self.role + "user/ada+b%2Fc")
        #expect(own.role == .user("ada b/c") && own.seconds == 3_600 && own.bounds.isEmpty)
        #expect(own.sessionName == "job-1")
        let role = try read(
            Self.role + "policy/reads&DurationSeconds=900&PolicyArns.member.1.arn=arn:lakefs:auth:::policy/a"
                + "&PolicyArns.member.2.arn=arn:lakefs:auth:::policy/b"
                + "&Policy=%7B%22statement%22%3A%5B%7B%22effect%22%3A%22allow%22%2C%22action%22%3A%5B%22fs%3A*%22%5D%2C%22resource%22%3A%22*%22%7D%5D%7D"
        )
        #expect(
            role.bounds == [
                SessionBound(policyIDs: ["reads"]),
                SessionBound(
                    policyIDs: ["a", "b"],
                    statement: [.init(effect: "allow", action: ["fs:*"], resource: "*")]),
            ])
    }

    @Test(
        "is refused with what is wrong",
        arguments: [
            ("", "MissingAction"), ("Version=1", "MissingAction"), ("Action=AssumeRoleWithSAML", "InvalidAction"),
            ("Action=%zz", "MalformedQueryString"), ("Action=%ff", "ValidationError"),
            ("Action=GetSessionToken&DurationSeconds=899", "ValidationError"),
            ("Action=GetSessionToken&DurationSeconds=129601", "ValidationError"),
            ("Action=GetSessionToken&DurationSeconds=1e3", "ValidationError"),
            ("Action=AssumeRole&RoleSessionName=job", "ValidationError"),
            (role + "group/Viewers", "ValidationError"), (role + "user/", "ValidationError"),
            (role + "user", "ValidationError"), (role + "user/ada&DurationSeconds=43201", "ValidationError"),
            ("Action=AssumeRole&RoleSessionName=job&RoleArn=arn:aws:iam::123456789012:role/x", "ValidationError"),
            ("Action=AssumeRole&RoleArn=arn:lakefs:auth:::user/ada", "ValidationError"),
            ("Action=AssumeRole&RoleSessionName=a&RoleArn=arn:lakefs:auth:::user/ada", "ValidationError"),
            ("Action=AssumeRole&RoleSessionName=a%20b&RoleArn=arn:lakefs:auth:::user/ada", "ValidationError"),
            (role + "user/ada&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/x", "ValidationError"),
            (role + "user/ada&Policy=", "MalformedPolicyDocument"),
            (role + "user/ada&Policy=%7B%7D", "MalformedPolicyDocument"),
            (role + "user/ada&Policy=%7B%22Statement%22%3A%5B%5D%7D", "MalformedPolicyDocument"),
            (role + "user/ada&Policy=%7B%22statement%22%3A%5B%5D%7D", "MalformedPolicyDocument"),
            (role + "user/ada&Policy=" + String(repeating: "x", count: 16_385), "PackedPolicyTooLarge"),
        ])
    func refusals(form: String, code: String) throws {
        let error = #expect(throws: SecurityTokenError.self) { try read(form) }
        #expect(error?.code == code)
        #expect(error?.status == 400)
    }

    @Test("random bytes are read or refused", arguments: Fuzz.seeds)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "Action=", "AssumeRole", "&", "=", "%", "RoleArn=", "arn:lakefs:auth:::", "user/", "policy/", "Policy=",
            "{\"statement\":", "[", "]", "}", "PolicyArns.member.", ".arn=", "RoleSessionName=ab", "\u{0}", "é",
        ]
        for _ in 0..<(2_000 * Fuzz.factor) {
            let form = (0...generator.below(12)).map { _ in pieces[generator.below(pieces.count)] }.joined()
            do throws(SecurityTokenError) { _ = try SecurityTokenRequest(Array(form.utf8)) } catch {
                #expect(error.status == 400, "seed \(seed): \(form)")
            }
        }
    }
}
