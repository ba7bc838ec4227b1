import Domain
import NIOCore
import ObjectStore
import TestSupport
import Testing

@Suite("What every store does: put, get, head, delete, copy", .fewAtATime) struct PutGetConformance {
    private struct SourceFailed: Error {}

    @Test(
        "What was put comes back, whatever its size and however it came", arguments: StoreKind.available,
        [0, 1, 1_023, 65_536, 65_537, 262_144, 1_048_576, 1_048_577, 20_000_000])
    func roundTrip(kind: StoreKind, size: Int) async throws {
        try await withStore(kind) { store in
            let bodies = [
                ObjectBody(Pattern.bytes(0..<size)), StoreFixture.stream(size, length: Int64(size)),
                StoreFixture.stream(size, piece: 1_000_003, length: nil),
            ]
            for (index, body) in bodies.enumerated() {
                let put = try await store.store.put(try store.address("o\(index)"), body: body)
                #expect(put.size == Int64(size))
                #expect(!put.etag.isEmpty)
                let head = try await store.store.head(try store.address("o\(index)"))
                #expect(head.size == Int64(size))
                #expect(abs(head.modified - put.modified) < 60_000)
                #expect(try await store.read("o\(index)") == Pattern.bytes(0..<size))
                let content = try await store.store.get(try store.address("o\(index)"), range: nil)
                #expect(content.info.size == Int64(size) && content.length == Int64(size))
                #expect(try await content.collect(maxBytes: size) == Pattern.bytes(0..<size))
            }
        }
    }

    @Test(
        "A range is what it says, its end clipped to the size", arguments: StoreKind.available,
        [
            (0..<1, 0..<1), (0..<100_000, 0..<100_000), (99_999..<100_000, 99_999..<100_000),
            (99_999..<200_000, 99_999..<100_000), (10..<20, 10..<20), (65_536..<90_000, 65_536..<90_000),
            (0..<1 << 40, 0..<100_000),
        ])
    func ranges(kind: StoreKind, range: (asked: Range<Int64>, given: Range<Int64>)) async throws {
        try await withStore(kind) { store in
            try await store.put("o", Pattern.bytes(0..<100_000))
            let content = try await store.store.get(try store.address("o"), range: range.asked)
            #expect(content.range == range.given)
            #expect(content.info.size == 100_000)
            let bytes = try await content.collect(maxBytes: 100_000)
            #expect(bytes == Pattern.bytes(Int(range.given.lowerBound)..<Int(range.given.upperBound)))
        }
    }

    @Test(
        "A range of nothing is refused", arguments: StoreKind.available,
        [100..<101, 100..<200, 5..<5, 1 << 40..<1 << 41])
    func refusesRanges(kind: StoreKind, range: Range<Int64>) async throws {
        try await withStore(kind) { store in
            try await store.put("o", Pattern.bytes(0..<100))
            await expect(.invalidRange) { try await store.store.get(try store.address("o"), range: range) }
            try await store.put("empty", ByteBuffer())
            await expect(.invalidRange) { try await store.store.get(try store.address("empty"), range: 0..<1) }
        }
    }

    @Test("What is not there is not found, by any call", arguments: StoreKind.available)
    func missing(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("data/none")
            await expect(.notFound) { try await store.store.get(address, range: nil) }
            await expect(.notFound) { try await store.store.get(address, range: 0..<10) }
            await expect(.notFound) { try await store.store.head(address) }
            await expect(.notFound) { try await store.store.copy(from: address, to: try store.address("copy")) }
            try await store.store.delete(address)
            // A folder is not an object.
            try await store.put("data/folder/o", ByteBuffer(string: "x"))
            await expect(.notFound) { try await store.store.head(try store.address("data/folder")) }
        }
    }

    @Test(
        "A deleted object is gone, its neighbours stay, and deleting again is no error", arguments: StoreKind.available)
    func deletes(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            for path in ["data/h/a", "data/h/b"] { try await store.put(path, ByteBuffer(string: path)) }
            for _ in 0..<2 { try await store.store.delete(try store.address("data/h/a")) }
            await expect(.notFound) { try await store.store.head(try store.address("data/h/a")) }
            #expect(try await store.read("data/h/b") == ByteBuffer(string: "data/h/b"))
            try await store.store.delete(try store.address("data/h/b"))
            // And its folder can be written to again.
            try await store.put("data/h/c", ByteBuffer(string: "c"))
            #expect(try await store.read("data/h/c") == ByteBuffer(string: "c"))
        }
    }

    @Test("A copy is another object with the same bytes", arguments: StoreKind.available, [0, 10, 5_000_000])
    func copies(kind: StoreKind, size: Int) async throws {
        try await withStore(kind) { store in
            try await store.put("from", Pattern.bytes(0..<size))
            let info = try await store.store.copy(from: try store.address("from"), to: try store.address("a/b/to"))
            #expect(info.size == Int64(size))
            try await store.store.delete(try store.address("from"))
            #expect(try await store.read("a/b/to") == Pattern.bytes(0..<size))
        }
    }

    @Test(
        "A body of another length than it said leaves nothing", arguments: StoreKind.available,
        [(10, 11), (11, 10), (0, 1), (1, 0), (3_000_000, 3_000_001), (3_000_001, 3_000_000)])
    func wrongLength(kind: StoreKind, lengths: (count: Int, said: Int64)) async throws {
        try await withStore(kind) { store in
            await expect(.bodyLength) {
                try await store.store.put(
                    try store.address("o"), body: StoreFixture.stream(lengths.count, length: lengths.said))
            }
            await expect(.notFound) { try await store.store.head(try store.address("o")) }
        }
    }

    @Test(
        "A source that fails leaves nothing, and its error is the cause", arguments: StoreKind.available,
        [10, 3_000_000])
    func failingSource(kind: StoreKind, size: Int) async throws {
        try await withStore(kind) { store in
            for length in [Int64(size), nil] {
                var position = 0
                let error = await expect(.bodyFailed) {
                    try await store.store.put(
                        try store.address("o"),
                        body: ObjectBody(length: length) {
                            guard position < size / 2 else { throw SourceFailed() }
                            defer { position += 5 }
                            return position == 0 && size > 100
                                ? Pattern.bytes(0..<(size / 2 - 5)) : Pattern.bytes(0..<5)
                        })
                }
                #expect(error?.cause is SourceFailed)
                await expect(.notFound) { try await store.store.head(try store.address("o")) }
            }
        }
    }

    @Test("A cancelled put leaves nothing", arguments: StoreKind.available)
    func cancelledPut(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                var pieces = 0
                return try await store.store.put(
                    try store.address("o"),
                    body: ObjectBody(length: 10_000_000) {
                        pieces += 1
                        if pieces == 40 { start.yield() }
                        if pieces > 40 { try await Task.sleep(for: .seconds(60)) }
                        return Pattern.bytes(0..<65_536)
                    })
            }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: ObjectStoreError.self) { try await task.value }
            await expect(.notFound) { try await store.store.head(try store.address("o")) }
        }
    }

    @Test("Many writers and readers at once do not meet", arguments: StoreKind.available)
    func concurrency(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        for round in 0..<4 {
                            let path = AddressMaker.make(at: Int64(round) * 3_600_000)
                            let bytes = Pattern.bytes(number..<(number * 1_000 + 1))
                            try await store.put(path, bytes)
                            #expect(try await store.read(path) == bytes)
                            if round % 2 == 1 { try await store.store.delete(try store.address(path)) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let page = try await store.store.list(ObjectListRequest(store.namespace))
            #expect(page.objects.count == 128)
        }
    }

    @Test("Keys may hold any character a store can hold", arguments: StoreKind.available)
    func strangeKeys(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let keys = [
                "plain", "with space", "plus+sign", "percent%41", "100%", "umlaut-ä-ß", "日本語", "quote\"'", "a&b=c?d#e",
                "semi;colon,comma", "star*(paren)", "<tag>", "~tilde", "…", "sub/folder/ä b", ".hidden",
                "..dots", "😀",
            ]
            for key in keys { try await store.put("k/" + key, ByteBuffer(string: key)) }
            for key in keys { #expect(try await store.read("k/" + key) == ByteBuffer(string: key), "\(key)") }
            let page = try await store.store.list(ObjectListRequest(store.namespace, path: "k/"))
            #expect(Set(page.objects.map(\.key)) == Set(keys.map { store.prefix + "k/" + $0 }))
            for key in keys {
                let copy = try await store.store.copy(
                    from: try store.address("k/" + key), to: try store.address("c/" + key))
                #expect(copy.size == Int64(key.utf8.count))
                try await store.store.delete(try store.address("k/" + key))
            }
            #expect(try await store.store.list(ObjectListRequest(store.namespace, path: "k/")).objects.isEmpty)
        }
    }

    @Test("An address of the other scheme is refused", arguments: StoreKind.available)
    func foreignScheme(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try ObjectAddress(uri: kind == .local ? "s3://bucket/key" : "local://bucket/key")
            await expect(.invalidAddress) { try await store.store.get(address, range: nil) }
            await expect(.invalidAddress) { try await store.store.put(address, body: ObjectBody(ByteBuffer())) }
            await expect(.invalidAddress) { try await store.store.delete(address) }
        }
    }

    @Test("A store that is there is healthy", arguments: StoreKind.available)
    func health(kind: StoreKind) async throws {
        try await withStore(kind) { try await $0.store.checkHealth() }
    }
}
