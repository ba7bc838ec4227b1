import Cryptography
import Domain
import NIOHTTP1
import Signatures
import Testing
import Wire

@testable import Gateway

@Suite("What an upload comes to")
struct UploadTests {
    private static let fiveMiB: Int64 = 5 * 1024 * 1024

    private static func part(_ number: Int, _ size: Int64, _ text: String, crc: String? = nil) -> UploadPart {
        UploadPart(
            number: number, size: size, etag: MD5.hash(text).hex, storeETag: "s\(number)", modified: 0,
            checksums: crc.map { ["x-amz-checksum-crc32": $0] } ?? [:])
    }

    private static func named(_ part: UploadPart) -> CompleteDocument.Part {
        CompleteDocument.Part(number: part.number, etag: part.etag, checksums: [:])
    }

    @Test("the ETag is the MD5 of the parts' MD5s and their number")
    func etag() throws {
        let parts = [Self.part(1, Self.fiveMiB, "a"), Self.part(3, 1, "b")]
        let plan = try UploadPlan(parts.map(Self.named), uploaded: parts + [Self.part(2, 9, "c")], checksum: nil)
        let expected = MD5.hash(MD5.hash("a").bytes + MD5.hash("b").bytes).hex
        #expect(plan.etag == "\(expected)-2")
        #expect(plan.size == Self.fiveMiB + 1)
        #expect(plan.checksumAttributes.isEmpty)
    }

    @Test("parts that are not there, or are others, are InvalidPart")
    func invalid() {
        let part = Self.part(1, 1, "a")
        for named in [
            CompleteDocument.Part(number: 2, etag: part.etag, checksums: [:]),
            CompleteDocument.Part(number: 1, etag: "other", checksums: [:]),
        ] {
            let error = #expect(throws: S3Error.self) { try UploadPlan([named], uploaded: [part], checksum: nil) }
            #expect(error?.code == .invalidPart)
        }
        let checked = Self.part(1, 1, "a", crc: "AAAAAA==")
        let named = CompleteDocument.Part(
            number: 1, etag: checked.etag, checksums: ["x-amz-checksum-crc32": "BBBBBB=="])
        #expect(throws: S3Error.self) { try UploadPlan([named], uploaded: [checked], checksum: nil) }
    }

    @Test("all parts but the last have 5 MiB or more")
    func sizes() throws {
        let small = Self.part(1, Self.fiveMiB - 1, "a")
        let last = Self.part(2, 0, "b")
        let error = #expect(throws: S3Error.self) {
            try UploadPlan([small, last].map(Self.named), uploaded: [small, last], checksum: nil)
        }
        #expect(error?.code == .entityTooSmall)
        #expect(try UploadPlan([Self.named(small)], uploaded: [small], checksum: nil).size == small.size)
    }

    @Test("composite checksums are of the parts' checksums")
    func composite() throws {
        let checksum = try #require(try UploadChecksum(RequestFields(["x-amz-checksum-algorithm": "crc32"])))
        #expect(checksum.isComposite)
        let values = [CRC32.checksum("hello".utf8), CRC32.checksum("world".utf8)].map { value in
            withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
        let whole = checksum.combine(values.map { UploadChecksum.Part(size: 5, checksum: Base64.encode($0)) })
        var expected = CRC32()
        expected.update(values[0] + values[1])
        #expect(whole == "\(Base64.encode(expected.bigEndianBytes))-2")
    }

    @Test("full-object checksums are those of all bytes", arguments: ["CRC32", "CRC32C", "CRC64NVME"])
    func fullObject(_ name: String) throws {
        let fields = RequestFields(["x-amz-checksum-algorithm": name, "x-amz-checksum-type": "FULL_OBJECT"])
        let checksum = try #require(try UploadChecksum(fields))
        #expect(!checksum.isComposite)
        func value(_ text: String) -> String {
            var running = RunningChecksum(checksum.algorithm)
            Array(text.utf8).withUnsafeBytes { running.update($0) }
            return running.base64
        }
        let pieces = ["one", "", "twenty-two", "three hundred"]
        let whole = checksum.combine(
            pieces.map { UploadChecksum.Part(size: Int64($0.utf8.count), checksum: value($0)) })
        #expect(whole == value(pieces.joined()))
    }

    @Test(
        "algorithms and types that do not go together",
        arguments: [
            ("MD4", nil), ("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("CRC32", "WHOLE"), (nil, "COMPOSITE"),
        ] as [(String?, String?)])
    func refused(_ algorithm: String?, _ type: String?) {
        var headers: [(String, String)] = []
        if let algorithm { headers.append(("x-amz-checksum-algorithm", algorithm)) }
        if let type { headers.append(("x-amz-checksum-type", type)) }
        let fields = RequestFields(HTTPHeaders(headers))
        let error = #expect(throws: S3Error.self) { try UploadChecksum(fields) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("the checksum of an upload comes back from its attributes")
    func attributes() throws {
        let checksum = try #require(try UploadChecksum(RequestFields(["x-amz-checksum-algorithm": "CRC64NVME"])))
        #expect(UploadChecksum(attributes: checksum.attributes) == checksum)
        #expect(UploadChecksum(attributes: [:]) == nil)
    }

    @Test("the ETag of a copied part tells its source and range")
    func copied() {
        let md5 = MD5.hash("x").hex
        let entry = Entry(address: .relative("a"), size: 10, checksum: md5, modified: 0)
        #expect(CopiedPart.etag(of: entry, nil) == md5)
        let tags = Set([0..<4, 0..<5, 1..<5].map { CopiedPart.etag(of: entry, $0) })
        #expect(tags.count == 3)
        #expect(tags.allSatisfy { $0.utf8.count == 32 })
        var joined = entry
        joined.checksum = "\(md5)-3"
        #expect(CopiedPart.etag(of: joined, nil).utf8.count == 32)
    }
}
