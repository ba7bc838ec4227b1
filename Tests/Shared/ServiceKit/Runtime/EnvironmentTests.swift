import NIOCore
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("Configuration is read strictly, and its errors name the variable")
struct EnvironmentTests {
    /// Expects an error that names `variable`.
    static func refuses(_ variable: String, _ read: () throws -> Void) {
        let error = #expect(throws: ConfigurationError.self) { try read() }
        #expect(error?.variable == variable)
    }

    @Test("an empty variable counts as absent")
    func empty() throws {
        let environment = Environment(["A": ""])
        #expect(environment.string("A") == nil)
        #expect(environment.string("A", default: "b") == "b")
        Self.refuses("A") { _ = try environment.required("A") }
        #expect(try environment.integer("A", default: 3) == 3)
    }

    @Test("numbers", arguments: ["x", "1.5", "-1", "11", "1e3", " 1"])
    func integer(text: String) {
        Self.refuses("N") { _ = try Environment(["N": text]).integer("N", default: 1, in: 0...10) }
    }

    static let durations: [(String, TimeAmount?)] = [
        ("30", .seconds(30)), ("30s", .seconds(30)), ("250ms", .milliseconds(250)), ("5m", .minutes(5)),
        ("1h", .hours(1)), ("", nil), ("s", nil), ("-1s", nil), ("1d", nil), ("99999999999999999999", nil),
    ]

    @Test("spans of time", arguments: durations)
    func duration(_ test: (String, TimeAmount?)) throws {
        let environment = Environment(["D": test.0])
        if test.0.isEmpty {
            #expect(try environment.duration("D", default: .seconds(7)) == .seconds(7))
        } else if let expected = test.1 {
            #expect(try environment.duration("D", default: .zero) == expected)
        } else {
            Self.refuses("D") { _ = try environment.duration("D", default: .zero) }
        }
    }

    static let sizes: [(String, Int?)] = [
        ("1", 1), ("2k", 2048), ("3M", 3 << 20), ("1g", 1 << 30), ("k", nil), ("1t", nil), ("-1", nil),
        ("9223372036854775807k", nil),
    ]

    @Test("numbers of bytes", arguments: sizes)
    func bytes(_ test: (String, Int?)) throws {
        let environment = Environment(["B": test.0])
        if let expected = test.1 {
            #expect(try environment.bytes("B", default: 0) == expected)
        } else {
            Self.refuses("B") { _ = try environment.bytes("B", default: 0) }
        }
    }

    static let addresses: [(String, String?)] = [
        ("127.0.0.1:80", "127.0.0.1:80"), (":9000", "0.0.0.0:9000"), ("[::1]:80", "[::1]:80"),
        ("index:9100", "index:9100"), ("::1:80", nil), ("host", nil), ("host:", nil), ("host:65536", nil),
        ("ho st:1", nil), ("http://host:1", nil), ("host:-1", nil),
    ]

    @Test("addresses", arguments: addresses)
    func address(_ test: (String, String?)) throws {
        let environment = Environment(["L": test.0])
        if let expected = test.1 {
            #expect(try environment.address("L").description == expected)
        } else {
            Self.refuses("L") { _ = try environment.address("L") }
        }
    }

    @Test("words of a fixed set, flags and lists")
    func words() throws {
        let environment = Environment(["C": "all", "X": "some", "F": "On", "G": "maybe", "L": " a, b ,,c "])
        #expect(try environment.choice("C", default: AccessLog.Scope.off) == .all)
        Self.refuses("X") { _ = try environment.choice("X", default: AccessLog.Scope.off) }
        #expect(try environment.flag("F", default: false))
        Self.refuses("G") { _ = try environment.flag("G", default: false) }
        #expect(environment.list("L") == ["a", "b", "c"])
        Self.refuses("C") { _ = try environment.addressRanges("C") }
    }

    @Test("a secret comes from its variable or from a file, not from both")
    func secret() async throws {
        try await TestFile.with(Array("from the file\nmore".utf8)) { path throws in
            #expect(try Environment(["S": "clear"]).secret("S") == "clear")
            #expect(try Environment(["S_FILE": path]).secret("S") == "from the file")
            #expect(try Environment([:]).secret("S") == nil)
            Self.refuses("S") { _ = try Environment([:]).requiredSecret("S") }
            Self.refuses("S_FILE") { _ = try Environment(["S": "a", "S_FILE": path]).secret("S") }
            Self.refuses("S_FILE") { _ = try Environment(["S_FILE": path + ".none"]).secret("S") }
        }
        try await TestFile.with([]) { path in
            Self.refuses("S_FILE") { _ = try Environment(["S_FILE": path]).secret("S") }
        }
    }

    @Test("errors do not show secrets")
    func noSecretInErrors() {
        let error = #expect(throws: ConfigurationError.self) {
            try RPCConfiguration(service: .gateway, from: Environment(["TARN_RPC_CREDENTIAL": "hunter2"]))
        }
        #expect(error?.description.contains("hunter2") == false)
    }
}
