import Domain
import NIOCore
import ObjectStore
import TestSupport
import Testing

@Suite("What every store does: list", .fewAtATime) struct ListConformance {
    private func fill(_ store: StoreFixture, _ paths: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for path in paths { group.addTask { try await store.put(path, ByteBuffer(string: path)) } }
            try await group.waitForAll()
        }
    }

    /// All rows, page by page.
    private func all(_ store: StoreFixture, _ request: ObjectListRequest) async throws -> (keys: [String], pages: Int) {
        var (request, keys, pages) = (request, [String](), 0)
        while true {
            let page = try await store.store.list(request)
            #expect(page.objects.count + page.folders.count <= request.rows)
            keys += (page.objects.map(\.key) + page.folders).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            pages += 1
            guard let next = page.next, pages < 1_000 else { return (keys, pages) }
            request.after = next
        }
    }

    @Test("Pages of any size together are the whole, in byte order", arguments: StoreKind.available, [1, 2, 7, 1_000])
    func pages(kind: StoreKind, rows: Int) async throws {
        try await withStore(kind) { store in
            let paths = (0..<20).map { "data/2026-01-0\($0 % 5 + 1)T00/\($0)" }
            try await fill(store, paths)
            let found = try await all(store, ObjectListRequest(store.namespace, path: "data/", rows: rows))
            #expect(found.keys == paths.map { store.prefix + $0 }.sorted())
            #expect(found.pages <= 20 / rows + 2)
        }
    }

    @Test("A prefix need not end at a slash, and one that nothing has is an empty list", arguments: StoreKind.available)
    func prefixes(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await fill(store, ["data/h1/a", "data/h1/b", "data/h2/a", "database/x", "other"])
            for (prefix, count) in [
                ("", 5), ("data", 4), ("data/", 3), ("data/h", 3), ("data/h1", 2), ("data/h1/", 2), ("data/h1/a", 1),
                ("x", 0),
                ("data/h3/", 0), ("../", 0), ("data/h1/a/", 0),
            ] {
                let page = try await store.store.list(ObjectListRequest(store.namespace, path: prefix))
                #expect(page.objects.count == count, "\(prefix)")
                #expect(page.next == nil)
            }
        }
    }

    @Test("By folder, what is below a folder is one row", arguments: StoreKind.available, [1, 2, 1_000])
    func folders(kind: StoreKind, rows: Int) async throws {
        try await withStore(kind) { store in
            try await fill(store, ["d/h1/a", "d/h1/b", "d/h1/x/y", "d/h2/a", "d/h3/a", "d/object"])
            let found = try await all(store, ObjectListRequest(store.namespace, path: "d/", byFolder: true, rows: rows))
            #expect(found.keys == ["d/h1/", "d/h2/", "d/h3/", "d/object"].map { store.prefix + $0 })
            let rest = try await store.store.list(
                ObjectListRequest(store.namespace, path: "d/", after: store.prefix + "d/h2/", byFolder: true))
            #expect(rest.folders == [store.prefix + "d/h3/"])
            #expect(rest.objects.map(\.key) == [store.prefix + "d/object"])
        }
    }

    @Test("A list begins behind a key that need not be there", arguments: StoreKind.available)
    func after(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await fill(store, ["a/1", "a/3", "b/1"])
            for (after, expected) in [
                ("a/1", ["a/3", "b/1"]), ("a/2", ["a/3", "b/1"]), ("a/", ["a/1", "a/3", "b/1"]), ("a/3", ["b/1"]),
                ("a/4", ["b/1"]), ("b/1", []), ("z", []),
            ] {
                let page = try await store.store.list(ObjectListRequest(store.namespace, after: store.prefix + after))
                #expect(page.objects.map(\.key) == expected.map { store.prefix + $0 }, "after \(after)")
            }
        }
    }

    @Test("A row says what a look at the object says", arguments: StoreKind.available)
    func rows(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await store.put("o", Pattern.bytes(0..<4_321))
            let uri = "\(store.namespace)/"
            let row = try #require(try await store.store.list(try ObjectListRequest(uri: uri)).objects.first)
            let head = try await store.store.head(try store.address("o"))
            #expect(row.key == store.prefix + "o")
            #expect(row.info.size == 4_321)
            #expect(row.info.etag == head.etag)
            #expect(abs(row.info.modified - head.modified) < 1_000)
        }
    }
}
