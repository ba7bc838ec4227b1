// swift-tools-version: 6.2
import PackageDescription

// The tree alone, built for release in a minute: `swift run -c release --package-path Benchmarks/tree measure-tree`.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "tree",
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Shared/COpenSSL", pkgConfig: "libcrypto"),
        .target(name: "CLinux", path: "Shared/CLinux"),
        .target(
            name: "Cryptography", dependencies: ["COpenSSL"], path: "Shared/Cryptography", swiftSettings: settings),
        .target(name: "Domain", path: "Shared/Domain", swiftSettings: settings),
        .target(
            name: "VersionTree", dependencies: ["CLinux", "Cryptography", "Domain"], path: "VersionTree",
            swiftSettings: settings),
        .target(name: "Seeded", path: "Seeded", swiftSettings: settings),
        .executableTarget(
            name: "measure-tree", dependencies: ["VersionTree", "Domain", "Cryptography", "Seeded"], path: "Measure",
            swiftSettings: settings),
    ])
