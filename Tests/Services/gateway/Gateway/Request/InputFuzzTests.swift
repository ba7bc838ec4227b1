import Domain
import Seeded
import Testing

@testable import Gateway

@Suite("Whatever comes as a target or document is read or refused", .timeLimit(.minutes(5)))
struct InputFuzzTests {
    /// A second and plain reading of percent-encoding.
    private static func decoded(_ text: [UInt8], plusIsSpace: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%") {
                let digits = text.dropFirst(index + 1).prefix(2)
                let isHex = digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
                guard digits.count == 2, isHex, let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else {
                    return nil
                }
                output.append(byte)
                index += 3
            } else {
                output.append(plusIsSpace && text[index] == UInt8(ascii: "+") ? 0x20 : text[index])
                index += 1
            }
        }
        return output
    }

    @Test("targets mean the same to another reader", arguments: Fuzz.seeds)
    func targets(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("%%%2fFb0cC3aA9/&=?+~main.".utf8)
        var accepted = 0
        for _ in 0..<(10_000 * Fuzz.factor) {
            let bytes = Array("/".utf8) + (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
            let target = String(decoding: bytes, as: UTF8.self)
            let parts = bytes.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
            let path = Self.decoded(Array(parts[0]), plusIsSpace: false)
            let pairs = (parts.count > 1 ? parts[1] : []).split(separator: UInt8(ascii: "&")).map { pair in
                pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false).map {
                    Self.decoded(Array($0), plusIsSpace: true)
                }
            }
            guard let path, !pairs.joined().contains(nil) else {
                #expect(throws: S3Error.self, "seed \(seed): \(target)") { try RequestTarget(target) }
                continue
            }
            accepted += 1
            let found = try RequestTarget(target)
            #expect(found.path == path, "seed \(seed): \(target)")
            #expect(found.query.items.map(\.value) == pairs.map { ($0.count > 1 ? $0[1] : []) ?? [] })
            guard let resource = try? S3Resource(path: found.path, virtualBucket: nil) else {
                #expect(String(validating: path, as: UTF8.self) == nil, "seed \(seed): \(target)")
                continue
            }
            let versioned = VersionedPath(resource.key)
            _ = try? versioned.readTarget()
            _ = try? versioned.writeTarget()
            _ = try? ListingRequest(found.query, isVersionTwo: random.below(2) == 0)
            _ = try? CopySource(target)
            // Cut and joined, the key is what it was.
            let joined = Array(versioned.reference.utf8) + (versioned.path.map { [UInt8(ascii: "/")] + $0 } ?? [])
            #expect(joined == resource.key, "seed \(seed): \(target)")
        }
        #expect(accepted > 100)
    }

    private static let documents = [
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet><Object><Key>main/a&amp;b</Key></Object>"
            + "<Object><Key>main/&#x263A;</Key><VersionId>null</VersionId><ETag>\"x\"</ETag></Object></Delete>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
            + "<ETag>\"900150983cd24fb0d6963f7d28e17f72\"</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part><Part>"
            + "<ETag><![CDATA[x]]></ETag><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>",
        "<AccessControlPolicy><Owner><ID>tarn</ID></Owner><AccessControlList><Grant><Grantee><ID>tarn</ID></Grantee>"
            + "<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>",
        "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>",
    ]

    private static let pieces = [
        "<", ">", "/>", "</", "&", "&amp;", "&#0;", "&#x110000;", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "<Object>", "</Object>", "<Key>", "</Key>", "<Part>", "=", "\"", "'",
        "\u{0}", "\u{FEFF}", "xmlns:a='b'", "99999999999999999999", "-1", " ", "<Delete>", "\u{FFFF}",
    ]

    @Test("documents are read within their limits, or are malformed", arguments: Fuzz.seeds)
    func documents(_ seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<(4_000 * Fuzz.factor) {
            let document = Array((Self.documents.randomElement(using: &random) ?? "").utf8)
            let bytes = random.mutated(document, Self.pieces)
            if let found = try? DeleteDocument(bytes) {
                accepted += 1
                #expect(found.objects.reduce(0) { $0 + $1.key.count } <= bytes.count, "seed \(seed)")
            }
            if let found = try? CompleteDocument(bytes) {
                accepted += 1
                #expect(found.parts.allSatisfy { (1...CompleteDocument.maxParts).contains($0.number) }, "seed \(seed)")
            }
            _ = try? CreateBucketDocument(bytes)
            _ = try? ACLDocument(bytes)
            // Nothing is made of nothing: every event has bytes of its own.
            var reader = XMLReader(bytes)
            var (events, text) = (0, 0)
            while let event = try? reader.next() {
                events += 1
                if case .text(let piece) = event { text += piece.count }
                guard events <= bytes.count, text <= bytes.count else {
                    Issue.record("seed \(seed): more than came in")
                    break
                }
            }
        }
        #expect(accepted > 50)
    }

    @Test(
        "documents of the greatest length are read in time that grows with it",
        arguments: [
            "<Object><Key>k</Key></Object>", "<!-- -->", "&#x41;", "<A/>", "<A a='b' c='d'/>", "<![CDATA[x]]>", "<A",
            "<![CDATA[", "<!--",
        ])
    func length(_ piece: String) {
        let bytes =
            Array("<Delete>".utf8)
            + Array(String(repeating: piece, count: 1024 * 1024 / piece.utf8.count).utf8) + Array("</Delete>".utf8)
        _ = try? DeleteDocument(bytes)
        _ = try? CompleteDocument(bytes)
    }
}
