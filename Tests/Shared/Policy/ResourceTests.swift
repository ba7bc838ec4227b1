import Domain
import Testing

@testable import Policy

@Suite("Resources by their ARNs")
struct ResourceTests {
    @Test(
        "an ARN is read as the resource that writes it",
        arguments: [
            "*", "arn:lakefs:fs:::repository/lake", "arn:lakefs:fs:::repository/lake/object/a/b c",
            "arn:lakefs:fs:::repository/lake/object/logs/*", "arn:lakefs:fs:::repository/lake/object/*",
            "arn:lakefs:fs:::repository/lake/branch/main", "arn:lakefs:fs:::repository/lake/tag/v1",
            "arn:lakefs:fs:::namespace/s3://b/x:y", "arn:lakefs:auth:::user/ada@b.example",
            "arn:lakefs:auth:::group/Admins", "arn:lakefs:auth:::policy/p", "arn:lakefs:auth:::externalPrincipal/x/y",
        ])
    func read(text: String) throws {
        #expect(try Resource(arn: text).description == text)
    }

    @Test(
        "what no request can be about is refused",
        arguments: [
            "", "lake", "arn:lakefs:fs:::", "arn:lakefs:fs:::repository", "arn:lakefs:fs:::repository/",
            "arn:lakefs:fs:::repository/NO", "arn:lakefs:fs:::repository/lake/branch", "arn:aws:s3:::lake",
            "arn:lakefs:fs:::repository/lake/branch/a b", "arn:lakefs:fs:::repository/lake/thing/x",
            "arn:lakefs:fs:1:2:repository/lake", "arn:lakefs:auth:::robot/x", "arn:lakefs:fs:::repository/r*",
        ])
    func refused(text: String) {
        #expect(throws: InvalidPolicy.self) { try Resource(arn: text) }
    }
}
