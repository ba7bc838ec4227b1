import Domain
import Foundation
import Glibc
import NIOCore
import NIOPosix
import ObjectStore
import TestSupport
import Testing

@Suite("The local store's files") struct LocalStoreTests {
    @Test(
        "No name leads outside the root or into the store's own folder",
        arguments: [
            "local://bucket/../x", "local://../x", "local://bucket/a/../../../etc/passwd", "local://bucket//x",
            "local://bucket/./x",
            "local://bucket/a/", "local://bucket/", "local://bucket", "local:///etc/passwd", "local://bucket/a\0b",
            "local://bucket/.tarn/uploads/x", "local://.tarn/x", "local://./x", "local:////x", "file:///etc/passwd",
            "/etc/passwd",
            "local://bucket/a/.tarn", "local://bucket/" + String(repeating: "x", count: 256),
            "local://bucket/" + String(repeating: "x/", count: 600) + "x", "", "local://",
        ])
    func refusesNames(uri: String) {
        let error = #expect(throws: ObjectStoreError.self) { try ObjectAddress(uri: uri) }
        #expect(error?.code == .invalidAddress)
    }

    @Test(
        "Names that only look strange are names",
        arguments: ["..a", "a..", "...", ".tarnx", "x.tarn", " ", "-", "ä", "a\nb"])
    func takesNames(name: String) throws {
        #expect(try ObjectAddress(uri: "local://bucket/\(name)/x").key == name + "/x")
        #expect(throws: ObjectStoreError.self) { try ObjectAddress(try StorageNamespace("local://b"), "../" + name) }
    }

    @Test(
        "A link planted below the root is not followed, wherever it is",
        arguments: ["bucket", "bucket/some", "bucket/some/prefix/data"])
    func refusesLinks(link: String) async throws {
        try await withLocalStore { store in
            let outside = store.root + "-outside"
            defer { try? FileManager.default.removeItem(atPath: outside) }
            let rest = String(("bucket/some/prefix/data/secret").dropFirst(link.count + 1))
            let secret = outside + "/" + rest
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: (secret as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
            try manager.createDirectory(
                atPath: (store.root + "/" + link as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try manager.createSymbolicLink(atPath: store.root + "/" + link, withDestinationPath: outside)

            let address = try store.address("data/secret")
            await expect(.invalidAddress) { try await store.store.get(address, range: nil) }
            await expect(.invalidAddress) { try await store.store.head(address) }
            await expect(.invalidAddress) {
                try await store.store.put(try store.address("data/new"), body: ObjectBody(ByteBuffer(string: "x")))
            }
            await expect(.invalidAddress) { try await store.store.delete(address) }
            await expect(.invalidAddress) { try await store.store.copy(from: address, to: try store.address("other")) }
            let list = try? await store.store.list(ObjectListRequest(store.namespace))
            #expect(list?.objects.isEmpty ?? true)
            #expect(try String(contentsOfFile: secret, encoding: .utf8) == "secret")
            #expect(!manager.fileExists(atPath: (secret as NSString).deletingLastPathComponent + "/new"))
        }
    }

    @Test("A link, a pipe or a folder in an object's place is not an object")
    func refusesSpecialFiles() async throws {
        try await withLocalStore { store in
            try await store.put("data/real", ByteBuffer(string: "x"))
            let folder = store.root + "/bucket/some/prefix/data/"
            symlink("real", folder + "link")
            symlink("/etc/passwd", folder + "outside")
            mkfifo(folder + "pipe", 0o600)
            mkdir(folder + "folder", 0o700)
            for (name, code) in [
                ("link", ObjectStoreError.Code.invalidAddress), ("outside", .invalidAddress), ("pipe", .notFound),
                ("folder", .notFound),
            ] {
                await expect(code) { try await store.store.get(try store.address("data/" + name), range: nil) }
                await expect(.alreadyExists) {
                    try await store.store.put(
                        try store.address("data/" + name), body: ObjectBody(ByteBuffer(string: "y")))
                }
            }
            #expect(
                try await store.store.list(ObjectListRequest(store.namespace)).objects.map(\.key) == [
                    store.prefix + "data/real"
                ])
            #expect(try await store.read("data/real") == ByteBuffer(string: "x"))
        }
    }

    @Test("An object is never overwritten")
    func refusesOverwriting() async throws {
        try await withLocalStore { store in
            try await store.put("o", ByteBuffer(string: "first"))
            try await store.put("p", ByteBuffer(string: "other"))
            await expect(.alreadyExists) {
                try await store.store.put(try store.address("o"), body: ObjectBody(ByteBuffer(string: "second")))
            }
            await expect(.alreadyExists) {
                try await store.store.copy(from: try store.address("p"), to: try store.address("o"))
            }
            #expect(try await store.read("o") == ByteBuffer(string: "first"))
        }
    }

    @Test("A folder that is removed under an open store is made again")
    func remakesFolders() async throws {
        try await withLocalStore { store in
            for round in 0..<3 {
                try await store.put("data/h/o\(round)", ByteBuffer(string: "x"))
                try FileManager.default.removeItem(atPath: store.root + "/bucket")
                await expect(.notFound) { try await store.store.head(try store.address("data/h/o\(round)")) }
            }
        }
    }

    @Test("Deletes that empty a folder and puts that fill it do not disturb one another")
    func racesDeletes() async throws {
        try await withLocalStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for round in 0..<50 {
                            let path = "data/h/\(worker)-\(round)"
                            try await store.put(path, ByteBuffer(string: path))
                            #expect(try await store.read(path) == ByteBuffer(string: path))
                            try await store.store.delete(try store.address(path))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.store.list(ObjectListRequest(store.namespace)).objects.isEmpty)
        }
    }

    @Test("A large object is handed to the kernel as a region of its file")
    func fileRegions() async throws {
        try await withLocalStore { store in
            try await store.put("o", Pattern.bytes(0..<300_000))
            let content = try await store.store.get(try store.address("o"), range: 100_000..<250_000)
            defer { content.close() }
            let region = try #require(content.fileRegion)
            #expect(region.readerIndex == 100_000 && region.readableBytes == 150_000)
            #expect(content.bytes == nil)
            let bytes = try region.fileHandle.withUnsafeFileDescriptor { descriptor in
                var bytes = [UInt8](repeating: 0, count: region.readableBytes)
                #expect(pread(descriptor, &bytes, bytes.count, off_t(region.readerIndex)) == bytes.count)
                return bytes
            }
            #expect(Pattern.matches(ByteBuffer(bytes: bytes), at: 100_000))
            let small = try await store.store.get(try store.address("o"), range: 5..<10)
            #expect(small.bytes == Pattern.bytes(5..<10) && small.fileRegion == nil)
        }
    }

    @Test("What a crash leaves of an upload is removed once it is old, and no sooner")
    func leftovers() async throws {
        try await withLocalStore { store in
            let address = try store.address("o")
            let upload = try await store.store.createUpload(address)
            let part = try await store.store.putPart(
                upload, of: address, number: 1, body: ObjectBody(ByteBuffer(string: "part")))
            let uploads = store.root + "/bucket/.tarn/uploads/"
            // A completion that was killed while it gathered, and an upload that was killed before its key was there.
            let gathering = uploads + upload.string + "/whole-0123456789abcdef0123456789abcdef"
            try Data("half".utf8).write(to: URL(fileURLWithPath: gathering))
            let nameless = uploads + "0123456789abcdef0123456789abcdef"
            try FileManager.default.createDirectory(atPath: nameless, withIntermediateDirectories: true)
            try Data("part".utf8).write(to: URL(fileURLWithPath: nameless + "/1-0123456789abcdef0123456789abcdef"))

            #expect(try await store.store.removeLeftovers(in: store.namespace, olderThan: 3_600) == 0)
            #expect(FileManager.default.fileExists(atPath: gathering))
            #expect(try await store.store.removeLeftovers(in: store.namespace, olderThan: -10) == 2)
            #expect(!FileManager.default.fileExists(atPath: gathering))
            #expect(!FileManager.default.fileExists(atPath: nameless))
            // The upload itself goes on.
            _ = try await store.store.completeUpload(upload, of: address, parts: [part])
            #expect(try await store.read("o") == ByteBuffer(string: "part"))
            #expect(!FileManager.default.fileExists(atPath: uploads + upload.string))
        }
    }

    @Test("A root that cannot be is refused with a reason", arguments: ["", "relative", "/proc/none/x", "/etc/passwd"])
    func refusesRoots(root: String) {
        let error = #expect(throws: ObjectStoreError.self) { try LocalObjectStore(LocalStoreConfiguration(root: root)) }
        #expect(error?.code == .misconfigured)
    }
}
