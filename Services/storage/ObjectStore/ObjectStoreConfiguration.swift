package import Curl
package import Domain

/// Which store this process reaches, and how.
package struct ObjectStoreConfiguration: Sendable {
    package enum Kind: Sendable {
        case local(LocalStoreConfiguration)
        case s3(S3StoreConfiguration)
    }

    package var kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var scheme: StorageNamespace.Scheme {
        switch kind {
        case .local: .local
        case .s3: .s3
        }
    }

    /// Reads `TARN_STORE` and what belongs to it.
    ///
    /// - Throws: `misconfigured`, naming the variable and never its value.
    package init(environment: [String: String]) throws(ObjectStoreError) {
        func required(_ name: String) throws(ObjectStoreError) -> String {
            guard let value = environment[name], !value.isEmpty else {
                throw ObjectStoreError(.misconfigured, "\(name) is not set")
            }
            return value
        }
        switch try required("TARN_STORE") {
        case "local":
            kind = .local(LocalStoreConfiguration(root: try required("TARN_STORE_LOCAL_PATH")))
        case "s3":
            let region = environment["TARN_STORE_S3_REGION"].flatMap { $0.isEmpty ? nil : $0 } ?? "us-east-1"
            let endpoint = environment["TARN_STORE_S3_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 }
            let pathStyle = environment["TARN_STORE_S3_PATH_STYLE"].flatMap { $0.isEmpty ? nil : $0 }
            guard pathStyle == nil || pathStyle == "true" || pathStyle == "false" else {
                throw ObjectStoreError(.misconfigured, "TARN_STORE_S3_PATH_STYLE must be true or false")
            }
            kind = .s3(
                S3StoreConfiguration(
                    endpoint: endpoint, region: region, accessKey: try required("TARN_STORE_S3_ACCESS_KEY"),
                    secretKey: try required("TARN_STORE_S3_SECRET_KEY"),
                    // Stores that are not AWS mostly have no name per bucket.
                    usesPathStyle: pathStyle.map { $0 == "true" } ?? (endpoint != nil)))
        default:
            throw ObjectStoreError(.misconfigured, "TARN_STORE must be local or s3")
        }
    }
}

/// The directory of a local store.
package struct LocalStoreConfiguration: Sendable {
    /// An absolute path; made if it is not there.
    package var root: String
    /// How many calls may wait for the disk at once.
    package var threads: Int

    package init(root: String, threads: Int = 16) {
        self.root = root
        self.threads = threads
    }
}

/// An S3 service and the key to it.
package struct S3StoreConfiguration: Sendable {
    /// `http://host:port` or `https://host`; `nil` for AWS in the region.
    package var endpoint: String?
    package var region: String
    package var accessKey: String
    package var secretKey: String
    /// Whether the bucket is the first path element, not part of the host's name.
    package var usesPathStyle: Bool
    /// A file of certificate authorities in place of the system's.
    package var authorities: String?
    package var timeouts = CurlTimeouts(connect: 5_000, idle: 30_000)

    package init(endpoint: String?, region: String, accessKey: String, secretKey: String, usesPathStyle: Bool) {
        self.endpoint = endpoint
        self.region = region
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.usesPathStyle = usesPathStyle
    }
}
