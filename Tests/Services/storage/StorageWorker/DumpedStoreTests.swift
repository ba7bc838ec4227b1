import Domain
import JSONCodec
import NIOCore
import ObjectStore
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import StorageWorker

@Suite("What a dump is kept as")
struct DumpedStoreTests {
    private static func withStore(_ body: (DumpedStore, any ObjectStore) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let store = try ObjectStores.open(
            ObjectStoreConfiguration(Environment(["TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": folder.path])))
        try await body(DumpedStore(store: store, namespace: try StorageNamespace("local://lake/deep")), store)
        await store.shutDown()
    }

    @Test("an object is what its name says, written once or twice, and mended where it was cut off")
    func objects() async throws {
        try await Self.withStore { dumped, store in
            let bytes = Array("what is kept".utf8)
            let id = try await dumped.put(bytes)
            #expect(id == "94fc9198246f5eb0c83313705156010e85252abfc91036153880ec31bd27cf69")
            #expect(try await dumped.put(bytes) == id)
            #expect(try await dumped.get(id, maxBytes: 100) == bytes)
            await #expect(throws: DumpFailure.self) { try await dumped.get(id, maxBytes: 5) }
            await #expect(throws: DumpFailure.self) { try await dumped.get("../x", maxBytes: 5) }
            await #expect(throws: DumpFailure.self) {
                try await dumped.get(String(repeating: "0", count: 64), maxBytes: 5)
            }
            let place = try ObjectAddress(dumped.namespace, DumpedObject.path(id))
            #expect(place.uri == "local://lake/deep/_tarn/objects/\(id.prefix(2))/\(id)")
            try await store.delete(place)
            _ = try await store.put(place, body: ObjectBody(ByteBuffer(string: "what")))
            await #expect(throws: DumpFailure.self) { try await dumped.get(id, maxBytes: 100) }
            _ = try await dumped.put(bytes)
            #expect(try await dumped.get(id, maxBytes: 100) == bytes)
        }
    }

    @Test("what is there is read along with what is looked for, from any place on")
    func listing() async throws {
        try await Self.withStore { dumped, _ in
            var ids: [String] = []
            for number in 0..<40 { ids.append(try await dumped.put(Array("\(number)".utf8))) }
            ids.sort()
            var listing = dumped.listing(after: "")
            let absent = String(repeating: "0", count: 64)
            #expect(try await listing.sizes(of: [absent]) == [:])
            let first = try await listing.sizes(of: Array(ids[3..<10]))
            #expect(Set(first.keys) == Set(ids[3..<10]) && first.values.allSatisfy { (1...2).contains($0) })
            #expect(Set(try await listing.sizes(of: [ids[20]]).keys) == [ids[20]])
            #expect(try await listing.sizes(of: []) == [:])
            #expect(try await listing.sizes(of: [String(repeating: "f", count: 64)]) == [:])
            var later = dumped.listing(after: ids[30])
            #expect(Set(try await later.sizes(of: ids).keys) == Set(ids[31...]))
        }
    }

    @Test("a manifest is read as it was written, and nothing else is one")
    func manifest() throws {
        var manifest = DumpManifest(.tags, of: DumpedRepository(defaultBranch: "main", salt: "ab"))
        manifest.parts = ["x", "y"]
        let bytes = try manifest.jsonBytes()
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"tarn_dump":1,"kind":"tags","default_branch":"main","salt":"ab","parts":["x","y"]}"#)
        #expect(try DumpManifest(jsonBytes: bytes) == manifest)
        for text in ["", "{}", #"{"tarn_dump":2,"kind":"tags","default_branch":"m","salt":""}"#, "[]"] {
            #expect(throws: (any Error).self) { try DumpManifest(jsonBytes: Array(text.utf8)) }
        }
    }
}
