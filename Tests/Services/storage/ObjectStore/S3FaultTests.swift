import Domain
import NIOCore
import ObjectStore
import Synchronization
import TestSupport
import Testing

@Suite("An S3 store that fails", .fewAtATime) struct S3FaultTests {
    /// Runs a test on a store behind a proxy, and on the same store without it.
    private func withProxy(
        idleMilliseconds: Int = 30_000, _ body: (StoreFixture, StoreFixture, FaultProxy) async throws -> Void
    ) async throws {
        let server = try await SeaweedServer.shared()
        let namespace = try await server.freshNamespace()
        let proxy = try await FaultProxy.start(upstreamPort: server.port)
        do {
            try await withS3Store(port: server.port, namespace: namespace) { direct in
                try await withS3Store(port: proxy.port, namespace: namespace, idleMilliseconds: idleMilliseconds) {
                    try await body($0, direct, proxy)
                }
            }
        } catch {
            try? await proxy.shutDown()
            throw error
        }
        try await proxy.shutDown()
    }

    @Test(
        "A get that is cut goes on where it ended", .enabled(if: SeaweedServer.isExpected),
        arguments: [100, 300_000, 2_000_000])
    func resumesGets(bytes: Int) async throws {
        try await withProxy { store, direct, proxy in
            try await direct.put("o", Pattern.bytes(0..<5_000_000))
            proxy.set {
                $0.cutsAfterReceived = bytes
                $0.maxCuts = 3
            }
            #expect(try await store.read("o") == Pattern.bytes(0..<5_000_000))
            let cutsBefore = proxy.cutCount
            proxy.set { $0.maxCuts = 6 }
            #expect(try await store.read("o", 1_000_000..<4_500_000) == Pattern.bytes(1_000_000..<4_500_000))
            #expect(cutsBefore > 0 && proxy.cutCount > cutsBefore)
        }
    }

    @Test("A get that is cut again and again ends in an error, never short", .enabled(if: SeaweedServer.isExpected))
    func givesUpGets() async throws {
        try await withProxy { store, direct, proxy in
            try await direct.put("o", Pattern.bytes(0..<5_000_000))
            proxy.set { $0.cutsAfterReceived = 3_000_000 }
            let content = try await store.store.get(try store.address("o"), range: nil)
            defer { content.close() }
            proxy.set { $0.isDown = true }
            var read = 0
            let error = await #expect(throws: ObjectStoreError.self) {
                while let piece = try await content.next() { read += piece.readableBytes }
            }
            #expect(read < 5_000_000)
            #expect(error?.isOneOf(.unavailable, .corrupt) == true)
        }
    }

    @Test(
        "A get that is cut every few bytes is given up after a few tries", .enabled(if: SeaweedServer.isExpected))
    func givesUpCrumbs() async throws {
        try await withProxy { store, direct, proxy in
            try await direct.put("o", Pattern.bytes(0..<5_000_000))
            proxy.set { $0.cutsAfterReceived = 2_000 }
            let error = await #expect(throws: ObjectStoreError.self) { try await store.read("o") }
            #expect(error?.isOneOf(.unavailable, .corrupt) == true)
            #expect(proxy.cutCount < 30)
        }
    }

    @Test(
        "A put from memory that is cut is sent again", .enabled(if: SeaweedServer.isExpected),
        arguments: [10, 1_000_000])
    func repeatsPuts(size: Int) async throws {
        try await withProxy { store, direct, proxy in
            proxy.set {
                $0.cutsAfterSent = size / 2 + 100
                $0.maxCuts = 2
            }
            try await store.put("o", Pattern.bytes(0..<size))
            #expect(proxy.cutCount == 2)
            #expect(try await direct.read("o") == Pattern.bytes(0..<size))
            #expect(try await direct.store.list(ObjectListRequest(direct.namespace)).objects.count == 1)
        }
    }

    @Test(
        "A streamed put that is cut fails and leaves nothing", .enabled(if: SeaweedServer.isExpected),
        arguments: [true, false])
    func failsStreams(isLengthKnown: Bool) async throws {
        try await withProxy { store, direct, proxy in
            proxy.set { $0.cutsAfterSent = 9_000_000 }
            let size = 40_000_000
            let body = StoreFixture.stream(size, length: isLengthKnown ? Int64(size) : nil)
            await expect(.unavailable) { try await store.store.put(try store.address("o"), body: body) }
            proxy.behave()
            let left = try await direct.store.list(ObjectListRequest(direct.namespace))
            #expect(left.objects.isEmpty)
            await expect(.notFound) { try await direct.store.head(try direct.address("o")) }
        }
    }

    @Test(
        "A store that is down is unavailable, and works again when it is back", .enabled(if: SeaweedServer.isExpected))
    func down() async throws {
        try await withProxy { store, _, proxy in
            try await store.put("o", ByteBuffer(string: "x"))
            proxy.set { $0.isDown = true }
            proxy.cutAll()
            let address = try store.address("o")
            await expect(.unavailable) { try await store.store.get(address, range: nil) }
            await expect(.unavailable) { try await store.store.head(address) }
            await expect(.unavailable) {
                try await store.store.put(try store.address("p"), body: ObjectBody(ByteBuffer()))
            }
            await expect(.unavailable) { try await store.store.delete(address) }
            await expect(.unavailable) { try await store.store.list(ObjectListRequest(store.namespace)) }
            await expect(.unavailable) { try await store.store.checkHealth() }
            proxy.behave()
            #expect(try await store.read("o") == ByteBuffer(string: "x"))
        }
    }

    @Test("A store that is slow is waited for", .enabled(if: SeaweedServer.isExpected))
    func slow() async throws {
        try await withProxy(idleMilliseconds: 10_000) { store, _, proxy in
            proxy.set { $0.delayMilliseconds = 20 }
            try await store.put("o", Pattern.bytes(0..<500_000))
            #expect(try await store.read("o") == Pattern.bytes(0..<500_000))
        }
    }

    @Test("A store that says nothing times out", .enabled(if: SeaweedServer.isExpected))
    func silent() async throws {
        try await withProxy(idleMilliseconds: 300) { store, direct, proxy in
            try await direct.put("o", ByteBuffer(string: "x"))
            proxy.set { $0.isStalled = true }
            await expect(.timedOut) { try await store.store.get(try store.address("o"), range: nil) }
        }
    }

    @Test(
        "A source is not asked for more than the store takes, nor the store for more than the reader takes",
        .enabled(if: SeaweedServer.isExpected))
    func pushesBack() async throws {
        try await withProxy { store, direct, proxy in
            proxy.set { $0.isStalled = true }
            let asked = Atomic<Int>(0)
            let put = Task {
                let length: Int64 = 60_000_000
                return try await store.store.put(
                    try store.address("o"),
                    body: ObjectBody(length: length) {
                        asked.add(65_536, ordering: .relaxed)
                        return Pattern.bytes(0..<65_536)
                    })
            }
            var last = -1
            while last != asked.load(ordering: .relaxed) || last == 0 {
                last = asked.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(300))
            }
            // The engine's window, libcurl's buffer and those of the sockets.
            #expect(last < 20_000_000)
            put.cancel()
            await #expect(throws: ObjectStoreError.self) { try await put.value }
        }
    }

    @Test("What was acknowledged survives a killed and restarted store", .enabled(if: SeaweedServer.isExpected))
    func restarted() async throws {
        let server = try await SeaweedServer()
        try await withS3Store(port: server.port, namespace: try await server.freshNamespace()) { store in
            try await store.put("before", Pattern.bytes(0..<100_000))
            server.freeze()
            let cancelled = Task { try await store.store.head(try store.address("before")) }
            try await Task.sleep(for: .milliseconds(50))
            cancelled.cancel()
            await expect(.cancelled) { try await cancelled.value }
            server.thaw()
            server.kill()
            await expect(.unavailable) { try await store.store.head(try store.address("before")) }
            try await server.start()
            #expect(try await store.read("before") == Pattern.bytes(0..<100_000))
            try await store.put("after", ByteBuffer(string: "x"))
        }
        server.kill()
    }

    @Test("A wrong key is denied, and a bucket that is not there not found", .enabled(if: SeaweedServer.isExpected))
    func denied() async throws {
        let server = try await SeaweedServer.shared()
        let wrong = try S3ObjectStore(
            S3StoreConfiguration(
                endpoint: server.endpoint, region: SeaweedServer.region, accessKey: SeaweedServer.accessKey,
                secretKey: "zz-wrong", usesPathStyle: true))
        let address = try ObjectAddress(uri: "s3://tests/o")
        let error = await #expect(throws: ObjectStoreError.self) { try await wrong.get(address, range: nil) }
        #expect(error?.code == .denied)
        #expect(error?.description.contains("zz-wrong") == false)
        await expect(.denied) { try await wrong.put(address, body: ObjectBody(ByteBuffer())) }
        await wrong.shutDown()
        try await withS3Store(port: server.port, namespace: "s3://no-such-bucket") { store in
            await expect(.notFound) { try await store.store.head(try store.address("o")) }
            await expect(.notFound) { try await store.store.list(ObjectListRequest(store.namespace)) }
        }
    }

    @Test("A presigned URL does what it was made for, and nothing else", .enabled(if: SeaweedServer.isExpected))
    func presigned() async throws {
        try await withStore(.s3) { store in
            let address = try store.address("a b/ü+%.txt")
            let put = try #require(try await store.store.presign(.put, address, validSeconds: 60))
            let get = try #require(try await store.store.presign(.get, address, validSeconds: 60))
            try await ChildProcess.run(["curl", "-sfS", "--noproxy", "*", "-X", "PUT", "--data-binary", "hello", put])
            #expect(try await ChildProcess.run(["curl", "-sfS", "--noproxy", "*", get]) == "hello")
            await #expect(throws: ChildProcess.Failure.self) {
                try await ChildProcess.run([
                    "curl", "-sfS", "--noproxy", "*", "-X", "PUT", "--data-binary", "other", get,
                ])
            }
        }
    }
}

extension ObjectStoreError {
    func isOneOf(_ codes: Code...) -> Bool { codes.contains(code) }
}
