import Cryptography
import Domain
import Seeded
import Testing

@testable import VersionTree

@Suite struct EntryCodecTests {
    static let md5 = "00112233445566778899aabbccddeeff"

    /// Entries and their bytes, as design/0003-tree.md has them.
    static let golden: [(entry: Entry, hex: String)] = [
        (
            Entry(address: .relative("data/a"), size: 0, checksum: md5, modified: 0),
            "01" + "14" + "0200" + "0510" + md5 + "2106" + "646174612f61" + "2400"
        ),
        (
            Entry(
                address: .full("s3://b/k"), size: 300, checksum: "\(md5)-12", modified: 1_795_000_000_123,
                contentType: "text/csv"),
            "01" + "20" + "02ac02" + "0711" + md5 + "0c" + "0b08" + "746578742f637376" + "2308" + "73333a2f2f622f6b"
                + "24" + "f6f9b2e5bd68"
        ),
        (
            Entry(
                address: .relative("x"), size: 1, checksum: "weird", modified: -1,
                userMetadata: ["b": "2", "a": ""], attributes: ["cache-control": "no-store"]),
            "01" + "2a" + "0201" + "0905" + "7765697264" + "0d02" + "0161" + "0d03" + "016232" + "0f16"
                + "0d" + "63616368652d636f6e74726f6c" + "6e6f2d73746f7265" + "2101" + "78" + "2401"
        ),
    ]

    @Test("the bytes of an entry never change", arguments: golden.indices)
    func goldenBytes(index: Int) throws {
        let (entry, hex) = Self.golden[index]
        let bytes = EntryCodec.encode(entry)
        #expect(Hex.encode(bytes) == hex)
        #expect(try EntryView(bytes).decode() == entry)
        #expect(try EntryView(bytes).size == entry.size)
    }

    /// Texts that must not be taken for an MD5, or not for one with parts.
    static let checksums = [
        md5, "\(md5)-1", "\(md5)-10000", "\(md5)-", "\(md5)-0", "\(md5)-01", "\(md5)-1x", "\(md5)-1234567890",
        md5.uppercased(),
        String(md5.dropLast()), md5 + "0", "", "é", "-1",
    ]

    @Test("every checksum comes back as it was", arguments: checksums)
    func checksum(text: String) throws {
        let entry = Entry(address: .relative("d"), size: 5, checksum: text, modified: 1)
        #expect(try EntryView(entry).decode() == entry)
    }

    @Test("entries come back as they were, and have the same identity section just when they are the same content")
    func roundTripAndIdentity() throws {
        var random = SeededGenerator(seed: 11)
        func text(_ choices: [String]) -> String { choices[random.below(choices.count)] }
        func entry() -> Entry {
            Entry(
                address: random.chance(1, in: 2) ? .relative(text(["a", "b"])) : .full(text(["s3://a/b", "é"])),
                size: [0, 1, 127, 128, .max][random.below(5)], checksum: text(Array(Self.checksums.prefix(4))),
                modified: [0, -1, 1, .max, .min][random.below(5)],
                contentType: text([Entry.defaultContentType, "text/plain", ""]),
                userMetadata: [[:], ["a": "1"], ["a": "1", "b": ""], ["": "x"]][random.below(4)],
                attributes: [[:], ["a": "1"]][random.below(2)])
        }
        for _ in 0..<3_000 {
            let (left, right) = (entry(), entry())
            #expect(try EntryView(left).decode() == left)
            let isSame = try EntryView(left).hasSameIdentity(as: EntryView(right))
            #expect(isSame == left.hasSameIdentity(as: right))
            switch (left.address, try EntryView(left).address) {
            case (.relative(let text), .relative(let bytes)), (.full(let text), .full(let bytes)):
                #expect(Array(text.utf8) == Array(bytes))
            default: Issue.record("another kind of address")
            }
        }
    }

    @Test("a field of a later version is stepped over")
    func unknownFields() throws {
        // Number 31, bytes, and number 32, a varint, in both sections.
        let unknown = "3f03010203" + "40ff01"
        let hex = "01" + "1c" + "0200" + "0510" + Self.md5 + unknown + unknown + "2106" + "646174612f61" + "2400"
        let bytes = try #require(Hex.decode(hex))
        #expect(try EntryView(bytes).decode() == Self.golden[0].entry)
        #expect(try EntryView(bytes).address == .relative(Array("data/a".utf8)[...]))
        #expect(try !EntryView(bytes).hasSameIdentity(as: EntryView(Self.golden[0].entry)))
    }

    @Test("bytes cut off or altered anywhere are an error or another entry, never a crash", arguments: golden.indices)
    func damage(index: Int) throws {
        let bytes = EntryCodec.encode(Self.golden[index].entry)
        for count in 0..<bytes.count {
            #expect(throws: TreeError.self) {
                let entry = try EntryView(Array(bytes.prefix(count))).decode()
                // Only the last field, the time, can be missing without a sign.
                if count == bytes.count - 2 || entry.modified == 0 { throw TreeError.corruptEntry(reason: "no time") }
            }
        }
        for position in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[position] ^= 1 << bit
                let view = EntryView(altered)
                _ = try? view.decode()
                _ = try? view.size
                _ = try? view.address
                _ = try? view.identity
            }
        }
    }
}
