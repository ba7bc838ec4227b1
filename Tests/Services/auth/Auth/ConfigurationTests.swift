import Database
import ServiceKit
import Testing

@testable import Auth

@Suite("The configuration of auth")
struct ConfigurationTests {
    private static let key = String(repeating: "07", count: 32)
    private static let complete = [
        "TARN_AUTH_DATABASE_URL": "postgresql://tarn_auth:hush@localhost/tarn", "TARN_AUTH_ENCRYPTION_KEY": key,
        "TARN_SETUP_TOKEN": "0123456789abcdef",
    ]

    private func configuration(_ changes: [String: String]) throws -> AuthConfiguration {
        try AuthConfiguration(Environment(Self.complete.merging(changes) { $1 }))
    }

    @Test("has defaults for all but the database and the key")
    func defaults() throws {
        let configuration = try configuration(["TARN_SETUP_TOKEN": ""])
        #expect(configuration.rules.regions == ["us-east-1"])
        #expect(configuration.rules.setupToken == nil)
        #expect(configuration.keys.all.count == 1)
        #expect(configuration.database.schema == "auth")
    }

    @Test("takes regions and former keys as lists")
    func lists() throws {
        let former = [String(repeating: "08", count: 32), String(repeating: "09", count: 32)].joined(separator: ",")
        let configuration = try configuration([
            "TARN_S3_REGION": "eu-central-1, us-east-1", "TARN_AUTH_FORMER_ENCRYPTION_KEYS": former,
        ])
        #expect(configuration.rules.regions == ["eu-central-1", "us-east-1"])
        #expect(configuration.keys.all.count == 3)
    }

    @Test(
        "is refused, without quoting a secret, when a variable is wrong",
        arguments: [
            ("TARN_AUTH_DATABASE_URL", ""), ("TARN_AUTH_ENCRYPTION_KEY", ""), ("TARN_AUTH_ENCRYPTION_KEY", "0707"),
            ("TARN_AUTH_ENCRYPTION_KEY", String(repeating: "0g", count: 32)), ("TARN_SETUP_TOKEN", "hush"),
            ("TARN_AUTH_FORMER_ENCRYPTION_KEYS", "0808"), ("TARN_AUTH_MISS_BURST", "0"),
            ("TARN_AUTH_MISSES_PER_SECOND", "many"),
        ])
    func refused(variable: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try configuration([variable: value]) }
        #expect(error?.variable == variable)
        #expect(error?.reason.contains("hush") == false)
        #expect(error?.reason.contains("0808") == false && error?.reason.contains("0707") == false)
    }
}
