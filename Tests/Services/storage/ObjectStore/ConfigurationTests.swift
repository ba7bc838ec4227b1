import Domain
import ObjectStore
import Testing

@Suite struct ConfigurationTests {
    @Test("The local store needs its path")
    func local() throws {
        let configuration = try ObjectStoreConfiguration(environment: [
            "TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": "/x",
        ])
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
            guard case .s3(let s3) = try ObjectStoreConfiguration(environment: environment).kind else { return nil }
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
        #expect(throws: ObjectStoreError.self) { try read() }
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
        let error = #expect(throws: ObjectStoreError.self) { try ObjectStoreConfiguration(environment: environment) }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains(name) == true)
        #expect(error?.message.contains("zzkey") == false)
    }
}
