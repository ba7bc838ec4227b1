import Domain
import ObjectStore
import ServiceKit
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    @Test("The local store needs its path")
    func local() throws {
        let configuration = try ObjectStoreConfiguration(
            Environment(["TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": "/x"]))
        guard case .local(let local) = configuration.kind else {
            Issue.record("not local")
            return
        }
        #expect(local.root == "/x" && configuration.scheme == .local)
    }

    @Test("The S3 store speaks path style to an endpoint of its own, unless told otherwise")
    func s3() throws {
        var environment = ["TARN_STORE": "s3", "TARN_STORE_S3_ACCESS_KEY": "key", "TARN_STORE_S3_SECRET_KEY": "secret"]
        func read() throws -> S3StoreConfiguration? {
            guard case .s3(let s3) = try ObjectStoreConfiguration(Environment(environment)).kind else { return nil }
            return s3
        }
        #expect(try read()?.usesPathStyle == false)
        #expect(try read()?.region == "us-east-1")
        environment["TARN_STORE_S3_ENDPOINT"] = "http://host:1"
        environment["TARN_STORE_S3_REGION"] = "eu-west-1"
        #expect(try read()?.usesPathStyle == true)
        #expect(try read()?.region == "eu-west-1")
        environment["TARN_STORE_S3_PATH_STYLE"] = "false"
        #expect(try read()?.usesPathStyle == false)
        environment["TARN_STORE_S3_PATH_STYLE"] = "maybe"
        #expect(throws: ConfigurationError.self) { try read() }
    }

    @Test(
        "What is missing is named, and no value is",
        arguments: [
            ([:], "TARN_STORE"), (["TARN_STORE": "tape"], "TARN_STORE"),
            (["TARN_STORE": "local"], "TARN_STORE_LOCAL_PATH"),
            (["TARN_STORE": "s3"], "TARN_STORE_S3_ACCESS_KEY"),
            (["TARN_STORE": "s3", "TARN_STORE_S3_ACCESS_KEY": "zzkey"], "TARN_STORE_S3_SECRET_KEY"),
        ] as [([String: String], String)])
    func missing(environment: [String: String], name: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ObjectStoreConfiguration(Environment(environment))
        }
        #expect(error?.variable == name)
        #expect(error?.description.contains("zzkey") == false)
    }

    @Test("The key may be in files, and not in a file and a variable at once")
    func files() async throws {
        try await TestFile.with(Array("from a file\n".utf8)) { path in
            let base = ["TARN_STORE": "s3", "TARN_STORE_S3_ACCESS_KEY_FILE": path]
            let both = base.merging(["TARN_STORE_S3_SECRET_KEY_FILE": path]) { $1 }
            guard case .s3(let s3) = try ObjectStoreConfiguration(Environment(both)).kind else {
                Issue.record("not s3")
                return
            }
            #expect(s3.accessKey == "from a file" && s3.secretKey == "from a file")
            let twice = both.merging(["TARN_STORE_S3_SECRET_KEY": "zzsecret"]) { $1 }
            let error = #expect(throws: ConfigurationError.self) { try ObjectStoreConfiguration(Environment(twice)) }
            #expect(error?.variable == "TARN_STORE_S3_SECRET_KEY_FILE")
            #expect(error?.description.contains("zzsecret") == false)
        }
    }

    @Test("The secret is in no text made of the configuration")
    func prints() throws {
        let environment = Environment([
            "TARN_STORE": "s3", "TARN_STORE_S3_ACCESS_KEY": "key", "TARN_STORE_S3_SECRET_KEY": "zzsecret",
        ])
        let configuration = try ObjectStoreConfiguration(environment)
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(environment, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), "\(environment)", dumped] {
            #expect(!text.contains("zzsecret"))
        }
        #expect("\(configuration)".contains("key"))
    }
}
