import Domain
import FoundationEssentials
import JSONCodec
import Testing
import Wire

@Suite("Messages survive the wire")
struct MessageTests {
    static let plain = Entry(address: .relative("data/2026-11-22T19/x"), size: 0, checksum: "d41d8", modified: -1)
    static let rich = Entry(
        address: .full("s3://b/k \"é\""), size: .max, checksum: "a-2", modified: 1_700_000_000_123,
        contentType: "text/plain",
        userMetadata: ["k": "v\n", "ü": ""], attributes: ["cache-control": "no-store"])

    @Test("the written codec of entries and Foundation's read one another", arguments: [plain, rich])
    func entry(entry: Entry) throws {
        let written = try entry.jsonBytes()
        #expect(try JSONDecoder().decode(Entry.self, from: Data(written)) == entry)
        #expect(try Entry(jsonBytes: Array(try JSONEncoder().encode(entry))) == entry)
        #expect(try Entry(jsonBytes: written) == entry)
    }

    @Test("staging, with every condition and without an entry")
    func stage() throws {
        for condition: WriteCondition in [
            .none, .ifAbsent, .ifMatch("abc"), .ifUnchanged(etag: "abc", modified: 7),
        ] {
            for entry in [nil, Self.plain, Self.rich] {
                let request = StageObject.Request(
                    repository: try RepositoryName("lake"), repositoryID: entry == nil ? nil : 7,
                    branch: try BranchName("main"),
                    path: try ObjectKey("a \"b\"\\\u{1}/é"), entry: entry, condition: condition, force: entry == nil)
                #expect(try StageObject.Request(jsonBytes: request.jsonBytes()) == request)
            }
        }
    }

    @Test("listings")
    func listing() throws {
        let listing = ObjectListing(
            storageNamespace: try StorageNamespace("local://lake"),
            rows: [ListRow(path: Array("a/".utf8), entry: nil), ListRow(path: Array("b".utf8), entry: Self.rich)],
            hasMore: true)
        #expect(try ObjectListing(wireBytes: listing.wireBytes()) == listing)
        // Packed, a row is what it was.
        var plain = Entry(address: .relative("data/x"), size: 0, checksum: "", modified: -1)
        let rows = [
            ListRow(path: Array("a\"\u{1}/".utf8), entry: nil), ListRow(path: Array("b".utf8), entry: Self.rich),
            ListRow(path: Array("ä".utf8), entry: plain),
        ]
        plain.address = .full("s3://b/x")
        let more = rows + [ListRow(path: Array("z".utf8), entry: plain)]
        let packed = ObjectListing(storageNamespace: listing.storageNamespace, rows: more, hasMore: false)
        #expect(Array(packed.rows) == more)
        #expect(Array(try ObjectListing(wireBytes: packed.wireBytes()).rows) == more)
        let located = LocatedEntry(storageNamespace: try StorageNamespace("s3://b/p"), entry: Self.plain)
        #expect(try LocatedEntry(jsonBytes: located.jsonBytes()) == located)
    }

    @Test("a listing that is cut short or has bytes of something else is refused, or is another listing")
    func brokenListing() throws {
        let md5 = String(repeating: "0a", count: 16)
        let listing = ObjectListing(
            storageNamespace: try StorageNamespace("local://lake"),
            rows: [
                ListRow(path: Array("a/".utf8), entry: nil), ListRow(path: Array("b".utf8), entry: Self.rich),
                ListRow(
                    path: Array("c".utf8),
                    entry: Entry(address: .relative("data/x"), size: 1, checksum: md5, modified: 2)),
            ], hasMore: false)
        let bytes = listing.wireBytes()
        for end in 0..<bytes.count {
            if let read = try? ObjectListing(wireBytes: Array(bytes[..<end])) { #expect(read.rows.count < 3) }
        }
        for index in bytes.indices {
            for value in [0, 1, 2, 0x7F, 0xFF] as [UInt8] {
                var broken = bytes
                broken[index] = value
                guard let read = try? ObjectListing(wireBytes: broken) else { continue }
                // Reading all of it must be possible.
                #expect(read.rows.map(\.path.count).reduce(0, +) < bytes.count)
            }
        }
        #expect(throws: JSONError.self) { try ObjectListing(wireBytes: bytes + [9, 0, 0, 0, 0]) }
        #expect(throws: JSONError.self) { try ObjectListing(wireBytes: bytes + [0, 0xFF, 0xFF, 0xFF, 0xFF]) }
    }

    @Test("a name is checked again on arrival")
    func names() {
        #expect(throws: JSONError.self) {
            try GetObject.Request(jsonBytes: Array(#"{"repository":"A","reference":"main","path":"x"}"#.utf8))
        }
        #expect(throws: JSONError.self) {
            try GetBranch.Request(jsonBytes: Array(#"{"repository":"lake","branch":"a b"}"#.utf8))
        }
        #expect(throws: JSONError.self) {
            try GetObject.Request(jsonBytes: Array(#"{"repository":"lake","reference":"main","path":""}"#.utf8))
        }
    }

    @Test("an operation id is 32 lower-case hexadecimal digits")
    func operationID() throws {
        let id = OperationID(high: 0x0123_4567_89AB_CDEF, low: 1)
        #expect(id.description == "0123456789abcdef0000000000000001")
        #expect(OperationID(id.description) == id)
        for wrong in ["", "0", id.description.uppercased(), id.description + "0", "+" + id.description.dropFirst()] {
            #expect(OperationID(wrong) == nil)
        }
        #expect(OperationID() != OperationID())
    }
}
