import Domain
import JSONCodec
import NIOCore
import NIOHTTP1
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Lists of addresses for Hive")
struct SymlinkTests {
    private static func fixture(_ paths: [String], pageRows: Int = 3) -> Fixture {
        Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(GetBranch.self) { request, _, _ in
                guard request.branch.string == "main" else { throw RPCError(.notFound, subject: "branch", "") }
                return Branch(name: request.branch, commitID: try CommitID(Samples.commitID))
            }
            routes.on(ListObjects.self) { request, _, _ in
                let range = request.range
                let rows = paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .filter { $0.hasPrefix(range.prefix) && range.after.utf8.lexicographicallyPrecedes($0.utf8) }
                return ObjectListing(
                    storageNamespace: try StorageNamespace("local://repo"),
                    rows: rows.prefix(pageRows).map { path in
                        ListRow(
                            path: Array(path.utf8),
                            entry: Samples.entry(
                                address: path == "far" ? .full("local://else/far") : .relative("data/\(path)")))
                    }, hasMore: rows.count > pageRows)
            }
        }
    }

    private static func files(_ fixture: Fixture) -> [String: String] {
        fixture.store.objects.withLock { $0.mapValues { String(buffer: $0) } }
    }

    @Test("each folder has one list of what is directly in it, also where folders lie in between")
    func folders() async throws {
        let fixture = Self.fixture(["a/1", "a/b/1", "a/b/2", "a/b/c/d/1", "a/c", "a!", "far", "z", "a/z", "b/1"])
        let answer = try await fixture.send(.POST, "/repositories/repo/refs/main/symlink")
        #expect(answer.status == 201 && answer.text == #"{"location":"local://repo/symlinks"}"#)
        let base = "local://repo/symlinks/repo/main/"
        #expect(
            Self.files(fixture) == [
                base + "symlink.txt": "local://repo/data/a!\nlocal://else/far\nlocal://repo/data/z",
                base + "a/symlink.txt": "local://repo/data/a/1\nlocal://repo/data/a/c\nlocal://repo/data/a/z",
                base + "a/b/symlink.txt": "local://repo/data/a/b/1\nlocal://repo/data/a/b/2",
                base + "a/b/c/d/symlink.txt": "local://repo/data/a/b/c/d/1",
                base + "b/symlink.txt": "local://repo/data/b/1",
            ])
    }

    @Test("a location narrows it down; an unknown branch has none")
    func location() async throws {
        let fixture = Self.fixture(["a/1", "ab/1", "b/1"])
        #expect(try await fixture.send(.POST, "/repositories/repo/refs/main/symlink?location=a").status == 201)
        #expect(Self.files(fixture).keys.sorted().map { $0.dropFirst(32) } == ["a/symlink.txt", "ab/symlink.txt"])
        #expect(try await fixture.send(.POST, "/repositories/repo/refs/dev/symlink").status == 404)
    }
}
