import Domain
import Glibc
import NIOCore
import ObjectStore
import TestSupport
import Testing

@Suite("What every store does: large streams in bounded memory", .serialized) struct StreamConformance {
    /// What this process has in memory, in bytes.
    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var (total, resident) = (0, 0)
        return withUnsafeMutablePointer(to: &total) { total in
            withUnsafeMutablePointer(to: &resident) { resident in
                withVaList([total, resident]) { vfscanf(file, "%ld %ld", $0) }
            }
        } == 2 ? resident * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Other tests run in this process meanwhile, so the local store gets a stream so large that a window shows all the same.
    private static let sizes: [StoreKind: Int] = [.local: 419_430_400 + 17, .s3: 104_857_600 + 17]

    @Test("Large streams go in and out through a small window", arguments: StoreKind.available, [true, false])
    func streams(kind: StoreKind, isLengthKnown: Bool) async throws {
        try await withStore(kind) { store in
            let size = Self.sizes[kind] ?? 0
            let start = Self.residentBytes()
            #expect(start > 0)
            var most = start
            var position = 0
            let body = ObjectBody(length: isLengthKnown ? Int64(size) : nil) {
                guard position < size else { return nil }
                let end = min(position + 262_144, size)
                defer { position = end }
                if position % 5_242_880 == 0 { most = max(most, Self.residentBytes()) }
                return Pattern.bytes(position..<end)
            }
            let info = try await store.store.put(try store.address("o"), body: body)
            #expect(info.size == Int64(size))
            let content = try await store.store.get(try store.address("o"), range: nil)
            defer { content.close() }
            var read = 0
            while let piece = try await content.next() {
                #expect(Pattern.matches(piece, at: read))
                read += piece.readableBytes
                most = max(most, Self.residentBytes())
            }
            #expect(read == size)
            if kind == .local { #expect(most - start < 300_000_000) }
            #expect(try await store.store.uploads(in: store.namespace).isEmpty)
        }
    }

    @Test("A reader that lets go in mid-stream leaves nothing open", arguments: StoreKind.available)
    func letsGo(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await store.put("o", Pattern.bytes(0..<20_000_000))
            for _ in 0..<20 {
                let content = try await store.store.get(try store.address("o"), range: nil)
                _ = try await content.next()
                content.close()
                await expect(.failed) { try await content.next() }
            }
            for _ in 0..<20 { _ = try await store.store.get(try store.address("o"), range: nil) }
            #expect(try await store.read("o").readableBytes == 20_000_000)
        }
    }
}
