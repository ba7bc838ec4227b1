import Cryptography
import Domain
import JSONCodec
import Seeded
import Testing
import Wire

@testable import Index
@testable import VersionTree

/// The bytes that the index writes straight from encoded entries are those that `ObjectListing` writes.
@Suite struct ObjectPageTests {
    private static let paths = [
        "a", "table=events/year=2026/part-00042.parquet", "with \"quotes\"", "back\\slash", "tab\tnewline\n",
        "umlaut ä", "漢字",
        "\u{1}", String(repeating: "x", count: 1_024), String(repeating: "ä\"", count: 300),
    ]

    private static func entries(_ random: inout SeededGenerator) -> [Entry] {
        let md5 = String(repeating: "0123456789abcdef", count: 2)
        var plain = Entry(
            address: .relative("data/2026-01-01T00/abc"), size: 7, checksum: md5, modified: 1_700_000_000_000)
        var all = [plain]
        for size in [0, 9, 10, 99, 100, 12_345_678_901, Int64.max] {
            plain.size = size
            plain.modified = Int64.random(in: -10...4_000_000_000_000, using: &random)
            all.append(plain)
        }
        func variant(_ change: (inout Entry) -> Void) {
            var entry = all[0]
            change(&entry)
            all.append(entry)
        }
        variant { $0.modified = 0 }
        variant { $0.modified = -1 }
        variant { $0.checksum = "\(md5)-12" }
        variant { $0.checksum = "anything \"at\" all" }
        variant { $0.checksum = "" }
        variant { $0.address = .full("s3://elsewhere/key") }
        variant { $0.address = .relative("") }
        variant { $0.address = .relative("ä/\"") }
        variant { $0.contentType = "text/csv" }
        variant { $0.userMetadata = ["a": "1", "b\"": "ä"] }
        variant { $0.attributes = ["cache-control": "no-store"] }
        return all
    }

    @Test("Every kind of row crosses as it is", arguments: 1...4 as ClosedRange<UInt64>)
    func rows(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var rows: [VersionTree.ListRow] = []
        var expected: [Wire.ListRow] = []
        for path in Self.paths {
            rows.append(.commonPrefix(Array(path.utf8)))
            expected.append(Wire.ListRow(path: Array(path.utf8), entry: nil))
            for entry in Self.entries(&random) {
                rows.append(.object(key: Array(path.utf8), EntryView(entry)))
                expected.append(Wire.ListRow(path: Array(path.utf8), entry: entry))
            }
        }
        let page = ObjectPage(
            namespace: try StorageNamespace("s3://bucket/prefix"), page: ListPage(rows: rows, hasMore: true),
            withAddresses: true)
        let listing = ObjectListing(
            storageNamespace: try StorageNamespace("s3://bucket/prefix"), rows: expected, hasMore: true)
        let bytes = try page.wireBytes()
        #expect(try ObjectListing(wireBytes: bytes) == listing, "seed \(seed)")
        #expect(bytes == listing.wireBytes())
        let bare = ObjectPage(namespace: page.namespace, page: page.page, withAddresses: false)
        let told = try ObjectListing(wireBytes: bare.wireBytes())
        #expect(told.rows.count == expected.count)
        for (row, full) in zip(told.rows, expected) where row != full {
            var entry = try #require(full.entry)
            entry.address = .relative("")
            #expect(
                row == Wire.ListRow(path: full.path, entry: entry),
                "only a relative address may be missing, seed \(seed)")
        }
    }

    @Test(
        "What is not an entry is an error, not a row", arguments: [[], [1], [1, 2, 2, 200], [9, 1, 1]] as [[UInt8]])
    func corrupt(_ bytes: [UInt8]) throws {
        let page = ObjectPage(
            namespace: try StorageNamespace("s3://bucket/prefix"),
            page: ListPage(rows: [.object(key: [97], EntryView(bytes))]), withAddresses: true)
        #expect(throws: TreeError.self) { try page.wireBytes() }
    }
}
