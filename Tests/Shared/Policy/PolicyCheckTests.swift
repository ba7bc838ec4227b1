import Policy
import Testing

@Suite("A policy that is taken in")
struct PolicyCheckTests {
    private func check(
        effect: String = "allow", action: [String] = ["fs:ReadObject"], resource: String = "*",
        condition: [String: [String: [String]]]? = nil
    ) throws(InvalidPolicy) {
        let statement = PolicyStatement(effect: effect, action: action, resource: resource, condition: condition)
        try PolicyDocument(id: "p", statement: [statement]).check()
    }

    private func reason(_ body: () throws(InvalidPolicy) -> Void) -> String {
        do { try body() } catch { return error.reason }
        return ""
    }

    @Test("has known effects, exactly", arguments: ["Allow", "DENY", "", "permit"])
    func effects(effect: String) {
        #expect(reason { () throws(InvalidPolicy) in try check(effect: effect) }.contains("effect"))
    }

    @Test(
        "names actions of known services",
        arguments: [
            ("fs:ReadObject", true), ("fs:*", true), ("*", true), ("catalog:*", true), ("pr:Read*", true),
            ("fs:NotYetThere", true), ("s3:GetObject", false), ("fs", false), ("fs:", false), ("", false),
            ("*:*", false),
        ])
    func actions(action: String, isValid: Bool) {
        #expect(reason { () throws(InvalidPolicy) in try check(action: [action]) }.isEmpty == isValid)
    }

    @Test(
        "names resources by ARN",
        arguments: [
            ("*", true), ("arn:lakefs:fs:::repository/*", true), ("arn:lakefs:auth:::user/${user}", true),
            (#"["arn:lakefs:fs:::repository/a","*"]"#, true), ("arn:lakefs:fs:::namespace/s3://b/p", true),
            ("repository/a", false), ("arn:lakefs:fs::", false), ("arn:lakefs:fs:::", false), ("", false),
            ("[]", false), ("[1]", false), (#"["x"]"#, false), ("[", false),
        ])
    func resources(resource: String, isValid: Bool) {
        #expect(reason { () throws(InvalidPolicy) in try check(resource: resource) }.isEmpty == isValid)
    }

    @Test(
        "has conditions that can be read",
        arguments: [
            (["IpAddress": ["SourceIp": ["10.0.0.0/8"]]], true), ([:], true),
            (["IpAddress": ["SourceIp": ["10.0.0.0/33"]]], false), (["IpAddress": ["SourceIp": []]], false),
            (["IpAddress": ["Address": ["10.0.0.0/8"]]], false), (["IpAddress": [:]], false),
            (["Bool": ["SourceIp": ["true"]]], false), (["DateLessThan": ["CurrentTime": ["tomorrow"]]], false),
        ] as [([String: [String: [String]]], Bool)])
    func conditions(condition: [String: [String: [String]]], isValid: Bool) {
        #expect(reason { () throws(InvalidPolicy) in try check(condition: condition) }.isEmpty == isValid)
    }

    @Test("is bounded")
    func limits() {
        let statement = PolicyStatement(effect: "allow", action: ["fs:*"], resource: "*")
        for count in [0, PolicyDocument.maxStatements + 1] {
            let document = PolicyDocument(id: "p", statement: Array(repeating: statement, count: count))
            #expect(throws: InvalidPolicy.self) { try document.check() }
        }
        let long = "arn:lakefs:fs:::" + String(repeating: "a", count: PolicyStatement.maxItemBytes)
        #expect(!reason { () throws(InvalidPolicy) in try check(resource: long) }.isEmpty)
        let many = Array(repeating: "fs:*", count: PolicyStatement.maxItems + 1)
        #expect(!reason { () throws(InvalidPolicy) in try check(action: many) }.isEmpty)
    }
}
