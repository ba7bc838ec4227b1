package import Curl
package import Domain
package import ServiceKit

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
    package init(_ environment: Environment) throws(ConfigurationError) {
        switch try environment.required("TARN_STORE") {
        case "local":
            kind = .local(LocalStoreConfiguration(root: try environment.required("TARN_STORE_LOCAL_PATH")))
        case "s3":
            let endpoint = environment.string("TARN_STORE_S3_ENDPOINT")
            var s3 =
                S3StoreConfiguration(
                    endpoint: endpoint, region: environment.string("TARN_STORE_S3_REGION", default: "us-east-1"),
                    accessKey: try environment.requiredSecret("TARN_STORE_S3_ACCESS_KEY"),
                    secretKey: try environment.requiredSecret("TARN_STORE_S3_SECRET_KEY"),
                    // Stores that are not AWS mostly have no name per bucket.
                    usesPathStyle: try environment.flag("TARN_STORE_S3_PATH_STYLE", default: endpoint != nil))
            s3.presignedEndpoint = environment.string("TARN_STORE_S3_PRESIGNED_ENDPOINT")
            kind = .s3(s3)
        default:
            throw ConfigurationError("TARN_STORE", "is neither local nor s3")
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

/// An S3 service and the key to it. Prints without the key's secret.
package struct S3StoreConfiguration: Sendable {
    /// `http://host:port` or `https://host`; `nil` for AWS in the region.
    package var endpoint: String?
    /// The same service as clients reach it, for presigned URLs; `nil` where they do as Tarn does.
    package var presignedEndpoint: String?
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

extension S3StoreConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(endpoint ?? "AWS") in \(region), access key \(accessKey)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [("store", description)]) }
}
