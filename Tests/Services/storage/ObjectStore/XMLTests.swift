import Seeded
import TestSupport
import Testing

@testable import ObjectStore

@Suite struct XMLTests {
    @Test("Names, text, references and CDATA are read; attributes, prefixes and comments passed over")
    func reads() throws {
        let root = try XMLElement.parse(
            Array(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a list -->
                <s3:List xmlns:s3='http://x/?a>b' a="1">
                  <Key>a&amp;b &lt;&gt;&quot;&apos;&#65;&#x1F600;&#x1;</Key><Key/>
                  <Key  ><![CDATA[<raw> & ]]]]></Key>
                  <Empty></Empty>
                </s3:List>

                """.utf8))
        #expect(root.name == "List")
        #expect(root.all("Key").map(\.text) == ["a&b <>\"'A😀\u{1}", "", "<raw> & ]]"])
        #expect(root.text("Empty") == "" && root.text("None") == nil)
    }

    @Test(
        "What is not well-formed is an error",
        arguments: [
            "", " ", "text", "<a>", "<a></b>", "</a>", "<a><b></a></b>", "<a", "<a b='>", "<a>&unknown;</a>",
            "<a>&#x110000;</a>",
            "<a>&#xD800;</a>", "<a>&</a>", "<a>&amp</a>", "<a/><b/>", "<a/>text", "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
            "<a><!--</a>",
            "<a><![CDATA[</a>", "<>", "< a/>", "<a><</a>", "<?xml", String(repeating: "<a>", count: 100),
        ])
    func refuses(document: String) {
        let error = #expect(throws: ObjectStoreError.self) { try XMLElement.parse(Array(document.utf8)) }
        #expect(error?.code == .corrupt)
    }

    @Test("Invalid UTF-8 is an error")
    func refusesBytes() {
        #expect(throws: ObjectStoreError.self) {
            try XMLElement.parse([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E])
        }
    }

    @Test("Escaped text comes back, whatever it holds")
    func escapes() throws {
        for text in ["", "a<b>&\"'", "]]>", "äöü😀", "&amp;", " leading and trailing "] {
            let root = try XMLElement.parse(Array("<a>\(XMLElement.escape(text))</a>".utf8))
            #expect(root.text == text)
        }
    }

    @Test("No change of a document makes the reader crash or run on")
    func fuzz() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let base = Array(
            "<?xml version=\"1.0\"?><L xmlns=\"x\"><C><K>a&amp;&#65;b</K><S>12</S></C><!-- c --><![CDATA[x]]><E a='1'/></L>"
                .utf8)
        for _ in 0..<20_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(base[Int.random(in: 0..<base.count, using: &random)], at: index)
                default: bytes.removeSubrange(index...)
                }
                if bytes.isEmpty { break }
            }
            do { _ = try XMLElement.parse(bytes) } catch { #expect(error.code == .corrupt, "seed \(seed)") }
        }
    }
}
