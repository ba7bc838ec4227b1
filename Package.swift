// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A library target of `Shared/`.
func shared(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", resources: resources, swiftSettings: strict)
}

/// A library target of a service.
func library(
    _ name: String, of service: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Services/\(service)/\(name)", resources: resources,
        swiftSettings: strict)
}

/// The thin executable of a service.
func executable(_ service: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "tarn-\(service)", dependencies: dependencies, path: "Services/\(service)/tarn-\(service)",
        swiftSettings: strict)
}

/// The test target that mirrors a library target at `path` below `Tests/`.
func tests(_ name: String, at path: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(path)", swiftSettings: strict)
}

let package = Package(
    name: "tarn",
    products: [
        .executable(name: "tarn-gateway", targets: ["tarn-gateway"]),
        .executable(name: "tarn-api", targets: ["tarn-api"]),
        .executable(name: "tarn-auth", targets: ["tarn-auth"]),
        .executable(name: "tarn-index", targets: ["tarn-index"]),
        .executable(name: "tarn-storage", targets: ["tarn-storage"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // Foreign code.
        .target(name: "CLinux", path: "Shared/CLinux"),
        .target(name: "CCurl", path: "Shared/CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(
            name: "CPostgres", path: "Shared/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Shared/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

        // Shared by all services.
        shared("Cryptography", ["COpenSSL"]),
        shared("Domain"),
        shared("JSONCodec"),
        shared("Policy", ["Domain"]),
        shared("Wire", ["Cryptography", "Domain", "JSONCodec", "Policy"]),
        shared("Signatures", ["Cryptography"]),
        shared(
            "ServiceKit",
            ["CLinux", "COpenSSL", "Cryptography", "JSONCodec", "Wire", nioCore, nioPosix, nioHTTP1, logging]),
        shared("Database", ["CPostgres", "CLinux", logging]),
        shared("Curl", ["CCurl", "CLinux", nioCore]),

        // What the API fills a repository with on demand, embedded in the program.
        .target(
            name: "CSampleData", path: "Services/api/CSampleData", exclude: ["files", "make.py", "README.in.md"]),

        // Services. No service imports another; `ObjectStore` is the one exception.
        library("VersionTree", of: "index", ["CLinux", "Cryptography", "Domain"]),
        library(
            "Index", of: "index",
            [
                "Cryptography", "Database", "Domain", "JSONCodec", "Policy", "ServiceKit", "VersionTree", "Wire",
                nioCore, logging,
            ]),
        executable("index", ["Index", "ServiceKit", arguments]),
        library(
            "Auth", of: "auth",
            [
                "Cryptography", "Curl", "Database", "Domain", "JSONCodec", "Policy", "ServiceKit", "Signatures", "Wire",
                nioCore, logging,
            ]),
        executable("auth", ["Auth", "ServiceKit", arguments]),
        library(
            "ObjectStore", of: "storage",
            ["CLinux", "Cryptography", "Curl", "Domain", "ServiceKit", "Signatures", nioCore, nioPosix, logging]),
        library(
            "StorageWorker", of: "storage",
            ["Cryptography", "Domain", "JSONCodec", "ObjectStore", "ServiceKit", "Wire", nioCore, logging]),
        executable("storage", ["StorageWorker", "ServiceKit", arguments]),
        library(
            "Gateway", of: "gateway",
            [
                "Cryptography", "Domain", "JSONCodec", "ObjectStore", "Policy", "ServiceKit", "Signatures", "Wire",
                nioCore, nioHTTP1, logging,
            ]),
        executable("gateway", ["Gateway", "ServiceKit", arguments]),
        library(
            "API", of: "api",
            [
                "CSampleData", "Cryptography", "Domain", "JSONCodec", "ObjectStore", "Policy", "ServiceKit", "Wire",
                nioCore, nioHTTP1, logging,
            ]),
        executable("api", ["API", "ServiceKit", arguments]),

        // Tests mirror the sources.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: [
                "Cryptography", "Curl", "Database", "Domain", "Policy", "ServiceKit", "Signatures", "Wire", "CLinux",
                nioCore, nioPosix, nioHTTP1, logging,
            ],
            path: "Tests/Support", swiftSettings: strict),
        tests("Cryptography", at: "Shared/Cryptography", ["Cryptography", "Seeded"]),
        tests("Domain", at: "Shared/Domain", ["Domain"]),
        tests("JSONCodec", at: "Shared/JSONCodec", ["JSONCodec", "Seeded"]),
        tests("Wire", at: "Shared/Wire", ["Wire", "Domain", "JSONCodec", "Seeded"]),
        tests("Signatures", at: "Shared/Signatures", ["Signatures", "Cryptography", "Seeded"]),
        tests("Policy", at: "Shared/Policy", ["Policy", "Domain", "Seeded"]),
        tests(
            "ServiceKit", at: "Shared/ServiceKit",
            [
                "CLinux", "JSONCodec", "ServiceKit", "Wire", "Seeded", "TestSupport", nioCore, nioPosix, nioHTTP1,
                nioEmbedded, logging,
            ]),
        tests("Database", at: "Shared/Database", ["Database", "Seeded", "TestSupport", logging]),
        tests("Curl", at: "Shared/Curl", ["Curl", "TestSupport", nioCore, nioPosix, nioHTTP1]),
        tests("VersionTree", at: "Services/index/VersionTree", ["VersionTree", "Domain", "Cryptography", "Seeded"]),
        tests(
            "Index", at: "Services/index/Index",
            [
                "Index", "Cryptography", "Database", "Domain", "JSONCodec", "ServiceKit", "Seeded", "TestSupport",
                "VersionTree",
                "Wire", logging,
            ]),
        tests(
            "Auth", at: "Services/auth/Auth",
            [
                "Auth", "Cryptography", "Database", "Domain", "JSONCodec", "Policy", "Seeded", "ServiceKit",
                "Signatures", "Wire", "TestSupport", logging,
            ]),
        tests(
            "ObjectStore", at: "Services/storage/ObjectStore",
            ["Curl", "ObjectStore", "Domain", "Cryptography", "ServiceKit", "Seeded", "TestSupport", nioCore, nioPosix]),
        tests(
            "StorageWorker", at: "Services/storage/StorageWorker",
            [
                "Domain", "JSONCodec", "StorageWorker", "ObjectStore", "ServiceKit", "Wire", "TestSupport", nioCore,
                logging,
            ]),
        tests(
            "Gateway", at: "Services/gateway/Gateway",
            [
                "Gateway", "Cryptography", "Domain", "JSONCodec", "ObjectStore", "Policy", "ServiceKit", "Signatures",
                "Wire", "Seeded", "TestSupport", nioCore, nioPosix, nioHTTP1, logging,
            ]),
        tests(
            "API", at: "Services/api/API",
            [
                "API", "Cryptography", "Domain", "JSONCodec", "ObjectStore", "Policy", "Seeded", "ServiceKit", "Wire",
                "TestSupport",
                nioCore, nioHTTP1, logging,
            ]),
        tests(
            "Pairwise", at: "Pairwise",
            [
                "API", "Auth", "Cryptography", "Curl", "Database", "Domain", "Gateway", "Index", "ObjectStore",
                "JSONCodec", "Policy", "ServiceKit", "Signatures", "StorageWorker", "TestSupport", "Wire", nioCore,
                nioPosix,
                nioHTTP1, logging,
            ]),
    ]
)
