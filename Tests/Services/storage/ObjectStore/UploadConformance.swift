import Domain
import NIOCore
import ObjectStore
import TestSupport
import Testing

@Suite("What every store does: multipart uploads", .fewAtATime) struct UploadConformance {
    /// The smallest part but the last that S3 takes, in bytes.
    static let least = 5_242_880

    @Test(
        "Parts become one object, at their boundaries too", arguments: StoreKind.available,
        [[1], [0], [least, 1], [least, least, 0], [least + 1, least, 12_345]])
    func joins(kind: StoreKind, sizes: [Int]) async throws {
        try await withStore(kind) { store in
            let address = try store.address("data/h/o")
            let upload = try await store.store.createUpload(address)
            await expect(.notFound) { try await store.store.head(address) }
            var (parts, position) = ([UploadedPart](), 0)
            for (index, size) in sizes.enumerated() {
                let bytes = Pattern.bytes(position..<(position + size))
                // Numbers need only ascend.
                let part = try await store.store.putPart(
                    upload, of: address, number: index * 3 + 1, body: ObjectBody(bytes))
                #expect(part.size == Int64(size) && part.number == index * 3 + 1)
                parts.append(part)
                position += size
            }
            let info = try await store.store.completeUpload(upload, of: address, parts: parts)
            #expect(info.size == Int64(position))
            #expect(try await store.read("data/h/o") == Pattern.bytes(0..<position))
            // Repeated after an answer that was lost.
            #expect(try await store.store.completeUpload(upload, of: address, parts: parts).size == Int64(position))
            #expect(try await store.store.uploads(in: store.namespace).isEmpty)
            #expect(try await store.store.list(ObjectListRequest(store.namespace)).objects.count == 1)
        }
    }

    @Test("Parts come in any order, at once, and streamed", arguments: StoreKind.available)
    func concurrentParts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            let parts = try await withThrowingTaskGroup(of: UploadedPart.self) { group in
                for number in (1...6).reversed() {
                    group.addTask {
                        let (start, end) = ((number - 1) * Self.least, number * Self.least)
                        var position = start
                        let body = ObjectBody(length: Int64(Self.least)) {
                            guard position < end else { return nil }
                            let next = min(position + 300_000, end)
                            defer { position = next }
                            return Pattern.bytes(position..<next)
                        }
                        return try await store.store.putPart(upload, of: address, number: number, body: body)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let sorted = parts.sorted { $0.number < $1.number }
            _ = try await store.store.completeUpload(upload, of: address, parts: sorted)
            #expect(try await store.read("o") == Pattern.bytes(0..<(6 * Self.least)))
        }
    }

    @Test("A part written again is the one whose receipt is given", arguments: StoreKind.available)
    func replacedPart(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            _ = try await store.store.putPart(
                upload, of: address, number: 1, body: ObjectBody(ByteBuffer(string: "first")))
            let second = try await store.store.putPart(
                upload, of: address, number: 1, body: ObjectBody(ByteBuffer(string: "second")))
            _ = try await store.store.completeUpload(upload, of: address, parts: [second])
            #expect(try await store.read("o") == ByteBuffer(string: "second"))
        }
    }

    @Test("A part may be copied from (a range of) another object", arguments: StoreKind.available)
    func copiesParts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await store.put("source", Pattern.bytes(0..<(Self.least + 1_000)))
            let (source, address) = (try store.address("source"), try store.address("o"))
            let upload = try await store.store.createUpload(address)
            let first = try await store.store.copyPart(
                upload, of: address, number: 1, from: source, range: 0..<Int64(Self.least))
            let second = try await store.store.copyPart(
                upload, of: address, number: 2, from: source, range: Int64(Self.least)..<Int64(Self.least + 1_000))
            #expect(first.size == Int64(Self.least) && second.size == 1_000)
            await expect(.invalidRange) {
                try await store.store.copyPart(upload, of: address, number: 3, from: source, range: 1 << 30..<1 << 31)
            }
            _ = try await store.store.completeUpload(upload, of: address, parts: [first, second])
            #expect(try await store.read("o") == Pattern.bytes(0..<(Self.least + 1_000)))
        }
    }

    @Test("An upload that was dropped is gone, and nothing is at its address", arguments: StoreKind.available)
    func aborts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            let part = try await store.store.putPart(
                upload, of: address, number: 1, body: ObjectBody(ByteBuffer(string: "x")))
            let pending = try await store.store.uploads(in: store.namespace)
            #expect(pending.map(\.upload) == [upload] && pending.map(\.address) == [address])
            for _ in 0..<2 { try await store.store.abortUpload(upload, of: address) }
            #expect(try await store.store.uploads(in: store.namespace).isEmpty)
            await expect(.uploadNotFound) {
                try await store.store.putPart(upload, of: address, number: 2, body: ObjectBody(ByteBuffer(string: "x")))
            }
            await expect(.uploadNotFound) { try await store.store.completeUpload(upload, of: address, parts: [part]) }
            await expect(.notFound) { try await store.store.head(address) }
        }
    }

    @Test(
        "Receipts that are not the upload's, and numbers that do not ascend, are refused",
        arguments: StoreKind.available)
    func refusesParts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            func put(_ number: Int) async throws -> UploadedPart {
                try await store.store.putPart(
                    upload, of: address, number: number, body: ObjectBody(Pattern.bytes(0..<Self.least)))
            }
            for number in [0, -1, 10_001] { await expect(.invalidPart) { try await put(number) } }
            let (one, two) = (try await put(1), try await put(2))
            let foreign = UploadedPart(number: 3, size: 5, receipt: "0123456789abcdef0123456789abcdef")
            let escaping = UploadedPart(number: 3, size: 5, receipt: "../../../etc/passwd")
            for parts in [[two, one], [one, one], [], [one, two, foreign], [foreign], [escaping]] {
                await expect(.invalidPart) { try await store.store.completeUpload(upload, of: address, parts: parts) }
            }
            await expect(.notFound) { try await store.store.head(address) }
            _ = try await store.store.completeUpload(upload, of: address, parts: [one, two])
        }
    }

    @Test("An upload that never was is not found", arguments: StoreKind.available)
    func unknownUpload(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let address = try store.address("o")
            let part = UploadedPart(number: 1, size: 1, receipt: "0123456789abcdef0123456789abcdef")
            for id in ["none", "0123456789abcdef0123456789abcdef"] {
                await expect(.uploadNotFound) {
                    try await store.store.putPart(
                        UploadID(id), of: address, number: 1, body: ObjectBody(ByteBuffer(string: "x")))
                }
                await expect(.uploadNotFound) {
                    try await store.store.completeUpload(UploadID(id), of: address, parts: [part])
                }
            }
        }
    }
}
