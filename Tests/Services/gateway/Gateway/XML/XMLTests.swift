import Seeded
import Testing

@testable import Gateway

@Suite("XML")
struct XMLTests {
    @Test("text and markup are kept apart")
    func escapes() {
        var writer = XMLWriter()
        writer.root("A") { writer in
            writer.element("B", "<&>\"' \u{1}\u{7F}\n☃")
            writer.element("C", Int64(-120))
            writer.element("D", true)
            writer.empty("E")
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == """
                <?xml version="1.0" encoding="UTF-8"?>
                <A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><B>&lt;&amp;&gt;&quot;' &#1;&#127;&#10;☃</B>\
                <C>-120</C><D>true</D><E/></A>
                """)
    }

    @Test(
        "what the writer writes, the reader reads", arguments: ["", "a", "<&>\"'", "\u{1}\u{1F}\t\n\r", "☃ é 😀", "]]>"])
    func roundTrip(_ text: String) throws {
        var writer = XMLWriter()
        writer.root("A") { $0.element("B", text) }
        var reader = XMLReader(writer.bytes)
        var found: String?
        try reader.document("A") { name, reader throws(S3Error) in
            #expect(name == "B")
            found = try reader.string()
        }
        #expect(found == text)
    }

    @Test(
        "documents in their many forms",
        arguments: [
            "<A><B>x</B></A>", "<?xml version='1.0'?>\n<A xmlns=\"u\"><B>x</B></A>\n",
            "<n:A xmlns:n='u'><n:B>x</n:B></n:A>",
            "<!-- c --><A a='1' b = \"2\" ><!-- <B>y</B> --><B >x</B ></A >",
            "<A>\n  <C/><D e='>'/><B><![CDATA[x]]></B>\n</A>",
            "<A><B>&#120;</B></A>", "<A><B>&#x78;</B></A>", "\u{FEFF}<A><B>x</B></A>",
        ])
    func forms(_ document: String) throws {
        var reader = XMLReader(Array(document.utf8))
        var found: String?
        try reader.document("A") { name, reader throws(S3Error) in
            if name == "B" { found = try reader.string() } else { try reader.skipElement() }
        }
        #expect(found == "x")
    }

    @Test(
        "what is not well-formed is MalformedXML",
        arguments: [
            "", "x", "<A>", "<A></B>", "<A/><A/>", "<A/>x", "<A><B></A></B>", "<A a></A>", "<A a=1></A>",
            "<A a='<'></A>",
            "<A>&nope;</A>", "<A>&#;</A>", "<A>&#x110000;</A>", "<A>&amp</A>", "<1/>", "<A", "<A><!--</A>",
            "<A><![CDATA[</A>",
            "<!DOCTYPE A [<!ENTITY e 'x'>]><A>&e;</A>", "<B/>", "</A>", "<A a='1'b='2'/>", "<A>&#+1;</A>",
        ])
    func malformed(_ document: String) {
        let error = #expect(throws: S3Error.self) {
            var reader = XMLReader(Array(document.utf8))
            try reader.document("A") { _, reader throws(S3Error) in try reader.skipElement() }
            var text = XMLReader(Array(document.utf8))
            while try text.next() != nil {}
        }
        #expect(error?.code == .malformedXML)
    }

    @Test("nesting is bounded")
    func depth() {
        let document = String(repeating: "<A>", count: 100_000)
        #expect(throws: S3Error.self) {
            var reader = XMLReader(Array(document.utf8))
            while try reader.next() != nil {}
        }
    }

    @Test("random bytes are refused or read, and always end")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("<<>>/=&;#x'\"!-[]?ABab1 \n".utf8)
        for _ in 0..<(5_000 * Fuzz.factor) {
            let bytes = (0..<Int(random.next() % 60)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            var reader = XMLReader(Array("<A>".utf8) + bytes)
            var events = 0
            while let event = try? reader.next() {
                events += 1
                if events > 1_000 {
                    Issue.record("no end with seed \(seed): \(event)")
                    return
                }
            }
        }
    }
}
