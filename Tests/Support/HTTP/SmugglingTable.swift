/// Requests that every listener of Tarn refuses, whatever stands in front of it.
package enum SmugglingTable {
    package static let refused: [SmugglingCase] = lengths + codings + lines + fields + targets + chunks

    private static func post(_ headers: String, _ body: String = "") -> String {
        "POST /a HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n\(body)"
    }

    private static let lengths = [
        SmugglingCase(
            "Content-Length together with Transfer-Encoding",
            post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        SmugglingCase(
            "Transfer-Encoding together with Content-Length",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
        SmugglingCase("Content-Length twice, different", post("Content-Length: 0\r\nContent-Length: 5\r\n", "hello")),
        SmugglingCase("Content-Length twice, equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
        SmugglingCase("Content-Length as a list", post("Content-Length: 5, 5\r\n", "hello")),
        SmugglingCase("Content-Length with a plus", post("Content-Length: +5\r\n", "hello")),
        SmugglingCase("Content-Length below zero", post("Content-Length: -5\r\n", "hello")),
        SmugglingCase("Content-Length in hexadecimal", post("Content-Length: 0x5\r\n", "hello")),
        SmugglingCase("Content-Length empty", post("Content-Length:\r\n")),
        SmugglingCase("Content-Length with a fraction", post("Content-Length: 5.0\r\n", "hello")),
        SmugglingCase("Content-Length with text behind it", post("Content-Length: 5 bytes\r\n", "hello")),
        SmugglingCase("Content-Length with a space within", post("Content-Length: 1 0\r\n", "hello")),
        SmugglingCase("Content-Length beyond 64 bits", post("Content-Length: 18446744073709551621\r\n", "hello")),
        SmugglingCase("a tab behind Content-Length", post("Content-Length: 5\t\r\n", "hello")),
        SmugglingCase("a tab before Content-Length", post("Content-Length:\t5\r\n", "hello")),
        SmugglingCase("Content-Length with an underscore", post("Content-Length: 1_0\r\n", "hello")),
    ]

    private static let codings = [
        SmugglingCase(
            "Transfer-Encoding twice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            [400, 501]),
        SmugglingCase(
            "Transfer-Encoding twice, different",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), [400, 501]),
        SmugglingCase("identity as a coding", post("Transfer-Encoding: identity\r\n"), [400, 501]),
        SmugglingCase("another coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n"), [400, 501]),
        SmugglingCase("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n"), [400, 501]),
        SmugglingCase("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n"), [400, 501]),
        SmugglingCase("an unknown coding", post("Transfer-Encoding: xchunked\r\n"), [400, 501]),
        SmugglingCase("chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n"), [400, 501]),
        SmugglingCase("chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n"), [400, 501]),
        SmugglingCase("an empty coding", post("Transfer-Encoding:\r\n"), [400, 501]),
        SmugglingCase("a vertical tab before chunked", post("Transfer-Encoding: \u{0B}chunked\r\n"), [400, 501]),
        SmugglingCase("a tab behind chunked", post("Transfer-Encoding: chunked\t\r\n", "0\r\n\r\n"), [400, 501]),
        SmugglingCase(
            "a tab behind chunked, and a trailer",
            post("Transfer-Encoding:chunked\t\r\nTrailer: x\r\n", "1\r\na\r\n0\r\nX: y\r\n\r\n"), [400, 501]),
        SmugglingCase("a tab before chunked", post("Transfer-Encoding: \tchunked\r\n", "0\r\n\r\n"), [400, 501]),
        SmugglingCase(
            "chunked in HTTP/1.0",
            "POST /a HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let lines = [
        SmugglingCase("bare LF behind the request line", "GET /a HTTP/1.1\nHost: localhost\r\n\r\n"),
        SmugglingCase("bare LF behind a header", "GET /a HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"),
        SmugglingCase("bare LF as the end of the head", "GET /a HTTP/1.1\r\nHost: localhost\r\n\n"),
        SmugglingCase("bare CR within a header", post("X: a\rContent-Length: 5\r\n")),
        SmugglingCase("CR CR LF behind a header", post("X: a\r\r\n")),
        SmugglingCase("a folded header", post("X: a\r\n b\r\n")),
        SmugglingCase("a header folded with a tab", post("X: a\r\n\tb\r\n")),
        SmugglingCase("a fold before the first header", "GET /a HTTP/1.1\r\n Host: localhost\r\n\r\n"),
        SmugglingCase("a folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked\r\n"), [400, 501]),
    ]

    private static let fields = [
        SmugglingCase("a space before the colon", post("Content-Length : 5\r\n", "hello")),
        SmugglingCase("a tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")),
        SmugglingCase("a header without a colon", post("X\r\n")),
        SmugglingCase("a header without a name", post(": x\r\n")),
        SmugglingCase("a space within a name", post("Content Length: 5\r\n", "hello")),
        SmugglingCase("NUL in a value", post("X: a\0b\r\n")),
        SmugglingCase("NUL in a name", post("X\0: a\r\n")),
        SmugglingCase("a control character in a value", post("X: a\u{01}b\r\n")),
        SmugglingCase("DEL in a value", post("X: a\u{7F}b\r\n")),
        SmugglingCase(
            "a byte beyond ASCII in a name",
            bytes: Array(post("X").utf8.dropLast(2)) + [0xE9] + Array(": a\r\n\r\n".utf8)),
        SmugglingCase(
            "a value that is not UTF-8",
            bytes: Array("GET /a HTTP/1.1\r\nHost: localhost\r\nX: ".utf8) + [0xFF, 0xFE] + Array("\r\n\r\n".utf8)),
        SmugglingCase("no Host", "GET /a HTTP/1.1\r\n\r\n"),
        SmugglingCase("Host twice", "GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("Host with a space", "GET /a HTTP/1.1\r\nHost: local host\r\n\r\n"),
        SmugglingCase("Host with a path", "GET /a HTTP/1.1\r\nHost: localhost/x\r\n\r\n"),
        SmugglingCase("Host with a user", "GET /a HTTP/1.1\r\nHost: user@localhost\r\n\r\n"),
        SmugglingCase("an expectation nobody knows", post("Expect: 200-ok\r\n"), [417]),
    ]

    private static let targets = [
        SmugglingCase("no version", "GET /a\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("two spaces in the request line", "GET  /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a space behind the version", "GET /a HTTP/1.1 \r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a space in the target", "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a tab in the request line", "GET\t/a\tHTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase(
            "a byte beyond ASCII in the target",
            bytes: Array("GET /".utf8) + [0xC3, 0xA9] + Array(" HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
        SmugglingCase("a fragment in the target", "GET /a#b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a target without a slash", "GET a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("an absolute target", "GET http://other/a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("an asterisk with GET", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("CONNECT", "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n", [400, 405, 501]),
        SmugglingCase("a lower-case method", "get /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a method that is no token", "G<T /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase(
            "a method of 40 letters", "\(String(repeating: "A", count: 40)) /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505]),
        SmugglingCase("a version of the future", "GET /a HTTP/1.2\r\nHost: localhost\r\n\r\n", [505]),
        SmugglingCase("HTTP/0.9", "GET /a HTTP/0.9\r\nHost: localhost\r\n\r\n", [400, 505]),
        SmugglingCase("a version in lower case", "GET /a http/1.1\r\nHost: localhost\r\n\r\n"),
        SmugglingCase("a TLS client", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
    ]

    private static func chunked(_ rule: String, _ body: String) -> SmugglingCase {
        SmugglingCase(rule, post("Transfer-Encoding: chunked\r\n", body))
    }

    private static let chunks = [
        chunked("a chunk size that is no number", "zz\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk size below zero", "-5\r\nhello\r\n0\r\n\r\n"),
        chunked("an empty chunk size", "\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunked("a space behind a chunk size", "5 \r\nhello\r\n0\r\n\r\n"),
        chunked("bare LF behind a chunk size", "5\nhello\r\n0\r\n\r\n"),
        chunked("bare LF behind a chunk", "5\r\nhello\n0\r\n\r\n"),
        chunked("a chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n"),
        chunked("a chunk extension", "5;a=b\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk extension with bare LF", "5;\nhello\r\n0\r\n\r\n"),
        chunked("bare LF as the end of the trailers", "0\r\n\n"),
        chunked("a trailer without a name", "0\r\n: x\r\n\r\n"),
        chunked("Content-Length as a trailer", "0\r\nContent-Length: 5\r\n\r\n"),
        chunked("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"),
    ]

    /// Requests that look odd and are fine, so that a listener that refuses everything is found out.
    package static let accepted: [SmugglingCase] = [
        SmugglingCase("a plain request", "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n", [200]),
        SmugglingCase("an empty line before it", "\r\nGET /a HTTP/1.1\r\nHost: localhost\r\n\r\n", [200]),
        SmugglingCase("no space behind the colon", "GET /a HTTP/1.1\r\nHost:localhost\r\n\r\n", [200]),
        SmugglingCase("white space around a value", "GET /a HTTP/1.1\r\nHost: \t localhost \t\r\n\r\n", [200]),
        SmugglingCase("spaces around a length", post("Content-Length:  5  \r\n", "hello"), [200]),
        SmugglingCase("spaces around a coding", post("Transfer-Encoding:  chunked  \r\n", "0\r\n\r\n"), [200]),
        SmugglingCase("an empty value", "GET /a HTTP/1.1\r\nHost: localhost\r\nX:\r\n\r\n", [200]),
        SmugglingCase("UTF-8 in a value", "GET /a HTTP/1.1\r\nHost: localhost\r\nX: é\r\n\r\n", [200]),
        SmugglingCase("Host with a port", "GET /a HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", [200]),
        SmugglingCase("HTTP/1.0 without Host", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", [200]),
        SmugglingCase("a body with its length", post("Content-Length: 5\r\n", "hello"), [200]),
        SmugglingCase("chunks", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), [200]),
        SmugglingCase(
            "chunks in capitals", post("TRANSFER-ENCODING: Chunked\r\n", "A\r\nhellohello\r\n00\r\n\r\n"), [200]),
        SmugglingCase("a trailer", post("Transfer-Encoding: chunked\r\n", "0\r\nX: y\r\n\r\n"), [200]),
    ]
}
