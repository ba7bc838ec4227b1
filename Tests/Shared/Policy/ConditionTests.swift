import Domain
import Policy
import Testing

@Suite("Conditions of policies")
struct ConditionTests {
    private func decide(
        _ condition: [String: [String: [String]]], effect: String = "allow", from address: String?,
        now: Double = 1_800_000_000
    ) throws -> Rights.Decision {
        var statements = [
            PolicyStatement(effect: effect, action: ["fs:*"], resource: "*", condition: condition)
        ]
        if effect == "deny" { statements.append(PolicyStatement(effect: "allow", action: ["fs:*"], resource: "*")) }
        return Rights([PolicyDocument(id: "p", statement: statements)], userID: "ada").decide(
            Permission(.readRepository, on: .repository(try RepositoryName("lake"))),
            Circumstances(address: address, now: now))
    }

    @Test(
        "on the address",
        arguments: [
            ("IpAddress", ["10.0.0.0/8"], "10.1.2.3", true), ("IpAddress", ["10.0.0.0/8"], "11.1.2.3", false),
            ("IpAddress", ["192.0.2.7"], "192.0.2.7", true), ("IpAddress", ["192.0.2.0/31"], "192.0.2.2", false),
            ("IpAddress", ["1.1.1.1", "2001:db8::/32"], "2001:db8:1::1", true),
            ("IpAddress", ["10.0.0.0/8"], "::ffff:10.1.2.3", true), ("IpAddress", ["0.0.0.0/0"], "::1", false),
            ("IpAddress", ["::ffff:10.0.0.0/104"], "10.1.2.3", true),
            ("NotIpAddress", ["10.0.0.0/8"], "10.1.2.3", false), ("NotIpAddress", ["10.0.0.0/8"], "11.0.0.1", true),
            ("NotIpAddress", ["10.0.0.0/8", "11.0.0.0/8"], "11.0.0.1", false),
            ("StringLike", ["10.0.*"], "10.0.7.1", true), ("StringLike", ["10.0.*"], "10.1.7.1", false),
            ("StringNotLike", ["10.0.*"], "10.0.7.1", false), ("StringNotLike", ["10.0.*"], "10.1.7.1", true),
            ("StringEquals", ["10.0.7.1"], "10.0.7.1", true), ("StringEquals", ["10.*"], "10.0.7.1", false),
            ("StringNotEquals", ["10.0.7.1"], "10.0.7.1", false),
            ("StringEqualsIgnoreCase", ["2001:DB8::1"], "2001:db8::1", true),
            ("StringNotEqualsIgnoreCase", ["2001:DB8::1"], "2001:db8::1", false),
        ])
    func address(name: String, values: [String], address: String, holds: Bool) throws {
        let condition = [name: ["SourceIp": values]]
        #expect(try decide(condition, from: address) == (holds ? .allowed : .unmentioned))
        #expect(try decide(condition, effect: "deny", from: address) == (holds ? .denied : .allowed))
        // Who cannot be placed is not allowed, and is denied.
        #expect(try decide(condition, from: nil) == .unmentioned)
        #expect(try decide(condition, effect: "deny", from: nil) == .denied)
    }

    @Test(
        "on the time, 2027-01-15T08:00:00Z",
        arguments: [
            ("DateLessThan", "2027-01-15T08:00:01Z", true), ("DateLessThan", "2027-01-15T08:00:00Z", false),
            ("DateLessThanEquals", "2027-01-15T08:00:00Z", true), ("DateGreaterThan", "2027-01-15T07:59:59Z", true),
            ("DateGreaterThan", "1800000000", false), ("DateGreaterThanEquals", "1800000000", true),
            ("DateEquals", "2027-01-15T08:00:00Z", true), ("DateNotEquals", "2027-01-15T08:00:00Z", false),
            ("DateEquals", "2027-01-15T09:00:00+01:00", true),
        ])
    func time(name: String, value: String, holds: Bool) throws {
        #expect(try decide([name: ["CurrentTime": [value]]], from: nil) == (holds ? .allowed : .unmentioned))
    }

    @Test("all of them must hold")
    func all() throws {
        let condition = [
            "IpAddress": ["SourceIp": ["10.0.0.0/8"]], "DateLessThan": ["CurrentTime": ["1800000001"]],
        ]
        #expect(try decide(condition, from: "10.0.0.1") == .allowed)
        #expect(try decide(condition, from: "11.0.0.1") == .unmentioned)
        #expect(try decide(condition, from: "10.0.0.1", now: 1_800_000_002) == .unmentioned)
    }

    @Test("one that cannot be read denies", arguments: ["allow", "deny"])
    func unreadable(effect: String) throws {
        #expect(try decide(["Bool": ["Secure": ["true"]]], effect: effect, from: "10.0.0.1") == .denied)
        #expect(try decide(["IpAddress": ["Other": ["10.0.0.1"]]], effect: effect, from: "10.0.0.1") == .denied)
        #expect(try decide(["IpAddress": ["SourceIp": ["x"]]], effect: effect, from: "10.0.0.1") == .denied)
    }
}
