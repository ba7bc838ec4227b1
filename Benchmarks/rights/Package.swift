// swift-tools-version: 6.2
import PackageDescription

// What deciding a request costs, built for release in half a minute: `swift run -c release --package-path Benchmarks/rights measure-rights`.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "rights",
    targets: [
        .target(name: "Domain", path: "Shared/Domain", swiftSettings: settings),
        .target(name: "Policy", dependencies: ["Domain"], path: "Shared/Policy", swiftSettings: settings),
        .executableTarget(
            name: "measure-rights", dependencies: ["Domain", "Policy"], path: "Measure", swiftSettings: settings),
    ])
