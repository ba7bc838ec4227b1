import NIOCore
import Testing

@testable import API

@Suite("A form is cut into its parts")
struct FormDataParserTests {
    private struct Part: Equatable {
        var name: String
        var type: String?
        var bytes: String
        var isComplete = false
    }

    /// Parses `body` fed in pieces of `size` bytes.
    private func parse(_ body: String, pieces size: Int) throws -> (parts: [Part], isClosed: Bool) {
        var parser = try FormDataParser(boundary: "bound")
        var rest = Array(body.utf8)[...]
        var parts: [Part] = []
        while true {
            switch try parser.next() {
            case .part(let part): parts.append(Part(name: part.name, type: part.contentType, bytes: ""))
            case .bytes(let bytes): parts[parts.count - 1].bytes += String(buffer: bytes)
            case .partEnd: parts[parts.count - 1].isComplete = true
            case .end: return (parts, true)
            case .needsBytes:
                guard !rest.isEmpty else { return (parts, false) }
                parser.feed(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
        }
    }

    private static let form = [
        "--bound\r\n",
        "Content-Disposition: form-data; name=\"other\"\r\n\r\n",
        "x\r\n-\r\n--\r\n--boun\r\n",
        "--bound \t\r\n",
        "content-disposition: form-data; filename=\"a \\\"b\\\".txt\"; name=content\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
        "hello\r\nworld\r\n",
        "\r\n--bound--\r\nepilogue",
    ].joined()

    @Test("whatever the pieces it comes in", arguments: Array(1...40) + [100, 1_000])
    func pieces(size: Int) throws {
        let (parts, isClosed) = try parse(Self.form, pieces: size)
        #expect(isClosed)
        #expect(
            parts == [
                Part(name: "other", type: nil, bytes: "x\r\n-\r\n--\r\n--boun", isComplete: true),
                Part(name: "content", type: "text/plain; charset=utf-8", bytes: "hello\r\nworld\r\n", isComplete: true),
            ])
    }

    @Test("a preamble is skipped, and an empty part is a part")
    func preamble() throws {
        let (parts, isClosed) = try parse(
            "hi\r\n--bound\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\r\n--bound--", pieces: 7)
        #expect(isClosed)
        #expect(parts == [Part(name: "content", type: nil, bytes: "", isComplete: true)])
    }

    @Test("a body that ends early is not closed", arguments: [10, 60, 120, 200])
    func truncated(length: Int) throws {
        let (_, isClosed) = try parse(String(Self.form.prefix(length)), pieces: 16)
        #expect(!isClosed)
    }

    @Test(
        "what is no form is refused",
        arguments: [
            "--boundary\r\n", "--bound x\r\n", "--bound\r\n\u{1}" + String(repeating: "h", count: 20_000),
            String(repeating: "p", count: 20_000),
        ])
    func malformed(body: String) {
        #expect(throws: APIError.self) { try parse(body, pieces: 1_000) }
    }

    @Test("a boundary has 1 to 70 bytes", arguments: ["", String(repeating: "b", count: 71)])
    func boundary(text: String) {
        #expect(throws: APIError.self) { try FormDataParser(boundary: text) }
    }
}

@Suite("Header values with parameters")
struct HeaderValueTests {
    @Test(
        "are taken apart",
        arguments: [
            ("multipart/form-data; boundary=abc", "multipart/form-data", ["boundary": "abc"]),
            ("Multipart/Form-Data;BOUNDARY=\"a;b\" ; x", "multipart/form-data", ["boundary": "a;b"]),
            ("form-data; name=\"a\\\"b\"", "form-data", ["name": "a\"b"]),
            ("text/plain", "text/plain", [:]), ("", "", [:]), (";;a=1;a=2;", "", ["a": "1"]),
            ("x; y=\"open", "x", ["y": "open"]),
        ] as [(String, String, [String: String])])
    func parsed(text: String, value: String, parameters: [String: String]) {
        let header = HeaderValue(text)
        #expect(header.value == value)
        #expect(header.parameters == parameters)
    }
}
