import Foundation
import NIOCore
import TestSupport
import Testing

@testable import ObjectStore

@Suite("What others write to a store", .fewAtATime) struct StrangersWritesTests {
    @Test("An object is settled where it is, whoever wrote it", arguments: StoreKind.available)
    func settle(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await store.put("a/b/c", ByteBuffer(string: "hello"))
            #expect(try await store.store.settle(try store.address("a/b/c")).size == 5)
            await expect(.notFound) { try await store.store.settle(try store.address("a/b/none")) }
            await expect(.notFound) { try await store.store.settle(try store.address("a/b")) }
        }
    }

    @Test("Presigned URLs name the store as clients reach it")
    func presignedEndpoint() async throws {
        var configuration = S3StoreConfiguration(
            endpoint: "http://inside:9000", region: "us-east-1", accessKey: "a", secretKey: "s", usesPathStyle: true)
        for (endpoint, prefix) in [
            (nil, "http://inside:9000/bucket/a%2Cb?"), ("https://s3.example", "https://s3.example/bucket/a%2Cb?"),
        ] {
            configuration.presignedEndpoint = endpoint
            let store = try S3ObjectStore(configuration)
            let url = try await store.presign(.get, ObjectAddress(uri: "s3://bucket/a,b"), validSeconds: 60)
            #expect(url?.hasPrefix(prefix) == true, "\(url ?? "")")
            await store.shutDown()
        }
    }

    @Test("The parts of an upload are told by number", arguments: StoreKind.available)
    func parts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("data/h/o")
            let upload = try await store.store.createUpload(address)
            #expect(try await store.store.parts(of: upload, at: address).isEmpty)
            var made: [UploadedPart] = []
            for number in [2, 1, 1_003] {
                made.append(
                    try await store.store.putPart(
                        upload, of: address, number: number, body: ObjectBody(Pattern.bytes(0..<number))))
            }
            let there = try await store.store.parts(of: upload, at: address)
            #expect(there == made.sorted { $0.number < $1.number })
            try await store.store.abortUpload(upload, of: address)
            await expect(.uploadNotFound) { try await store.store.parts(of: upload, at: address) }
        }
    }

    @Test("A page of parts is followed by the next", arguments: StoreKind.s3Only)
    func manyParts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for number in stride(from: worker + 1, through: 1_005, by: 8) {
                            _ = try await store.store.putPart(
                                upload, of: address, number: number, body: ObjectBody(ByteBuffer(string: "\(number)")))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.store.parts(of: upload, at: address).map(\.number) == Array(1...1_005))
        }
    }

    @Test("What is published is there whole or not at all, and replaces nothing")
    func publish() async throws {
        try await withLocalStore { store in
            let address = try store.address("data/h/o")
            let gate = AsyncStream<Void>.makeStream()
            let writing = Task {
                var pieces = [ByteBuffer(string: "first, "), ByteBuffer(string: "second")][...]
                return try await store.store.publish(
                    address,
                    body: ObjectBody(length: 13) {
                        if pieces.count == 1 { for await _ in gate.stream {} }
                        return pieces.popFirst()
                    })
            }
            for _ in 0..<20 {
                await Task.yield()
                await expect(.notFound) { try await store.store.head(address) }
            }
            gate.continuation.finish()
            #expect(try await writing.value.size == 13)
            #expect(try await store.read("data/h/o") == ByteBuffer(string: "first, second"))
            await expect(.alreadyExists) {
                try await store.store.publish(address, body: ObjectBody(ByteBuffer(string: "other")))
            }
            #expect(try await store.read("data/h/o") == ByteBuffer(string: "first, second"))
        }
    }

    @Test("A body that fails, and one that comes too late, leave nothing behind")
    func leavesNothing() async throws {
        try await withLocalStore { store in
            let address = try store.address("o")
            await expect(.bodyLength) {
                try await store.store.publish(address, body: StoreFixture.stream(10, length: 11))
            }
            await expect(.notFound) { try await store.store.head(address) }
            _ = try await store.store.publish(address, body: ObjectBody(ByteBuffer(string: "x")))
            await expect(.alreadyExists) {
                try await store.store.publish(address, body: ObjectBody(ByteBuffer(string: "y")))
            }
            let incoming = store.root + "/bucket/" + LocalNames.incoming
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty)
            #expect(try await store.store.uploads(in: store.namespace).isEmpty)
        }
    }

    @Test("What a crash left of a write goes once it is old enough")
    func crash() async throws {
        try await withLocalStore { store in
            _ = try await store.store.publish(try store.address("o"), body: ObjectBody(ByteBuffer(string: "x")))
            let incoming = store.root + "/bucket/" + LocalNames.incoming
            let left = incoming + "/" + LocalNames.gathering + LocalNames.random()
            try Data("half".utf8).write(to: URL(fileURLWithPath: left))
            #expect(try await store.store.removeLeftovers(in: store.namespace, olderThan: 3_600) == 0)
            #expect(FileManager.default.fileExists(atPath: left))
            #expect(try await store.store.removeLeftovers(in: store.namespace, olderThan: -3_600) == 1)
            #expect(!FileManager.default.fileExists(atPath: left))
            _ = try await store.store.publish(try store.address("p"), body: ObjectBody(ByteBuffer(string: "y")))
            #expect(try await store.read("p") == ByteBuffer(string: "y"))
        }
    }

    @Test("Of rivals for one address one is the writer")
    func rivals() async throws {
        try await withLocalStore { store in
            let address = try store.address("o")
            let winners: [String] = await withTaskGroup(of: String?.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let body = ObjectBody(ByteBuffer(string: "\(number)"))
                        return (try? await store.store.publish(address, body: body)) != nil ? "\(number)" : nil
                    }
                }
                return await group.reduce(into: []) { if let won = $1 { $0.append(won) } }
            }
            #expect(winners.count == 1)
            #expect(try await String(buffer: store.read("o")) == winners.first)
        }
    }
}
