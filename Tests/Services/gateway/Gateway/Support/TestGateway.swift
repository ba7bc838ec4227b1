import Foundation
import FoundationEssentials
import Glibc
import Logging
import NIOPosix
import ObjectStore
import ServiceKit
import Signatures
import TestSupport
import Wire

@testable import Gateway

/// A gateway on a real socket over a local store, with auth and index in memory.
struct TestGateway: Sendable {
    let port: Int
    let index: FakeIndex
    let auth: FakeAuth
    let root: String

    /// Runs a gateway for as long as `body`.
    static func run(
        limits: GatewayLimits = GatewayLimits(), region: String = "us-east-1", domains: String = "",
        newNamespaces: String? = nil, audits level: AuditTrail.Level? = nil,
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        clock: WallClock = .system, wrap: (any ObjectStore) -> any ObjectStore = { $0 },
        _ body: (TestGateway) async throws -> Void
    ) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "tarn-gateway-\(UUID().uuidString)").path
        let local = try LocalObjectStore(LocalStoreConfiguration(root: root, threads: 2))
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let (index, auth) = (FakeIndex(), FakeAuth())
        let handler = GatewayHandler(
            index: index.double, auth: auth.double, store: wrap(local), digests: DigestPool(threads), region: region,
            domains: S3Domains(domains), newNamespaces: try newNamespaces.map { try NewNamespaces(prefix: $0) },
            logger: .silent, limits: limits, clock: clock, keys: SigningKeys(auth: auth.double, now: now),
            audit: level.map { AuditTrail(auth: auth.double, level: $0, logger: .silent) })
        var failure: (any Error)?
        do {
            try await TestHTTPServer.run(
                handler,
                configure: { configuration in
                    configuration.errorBody = S3Failure.body
                    configure(&configuration)
                }
            ) { server in
                try await body(TestGateway(port: server.port, index: index, auth: auth, root: root))
            }
        } catch { failure = error }
        await local.shutDown()
        try await threads.shutdownGracefully()
        try? FileManager.default.removeItem(atPath: root)
        if let failure { throw failure }
    }

    var client: S3TestClient { S3TestClient(port: port) }

    /// The files below the store's root.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: root)
        return (all?.allObjects as? [String] ?? []).filter { name in
            var isFolder = false
            return FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder) && !isFolder
        }
    }
}
