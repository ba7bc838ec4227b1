import JSONCodec
import Logging
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("Log lines are whole, parseable and free of secrets", .fewAtATime)
struct LoggingTests {
    final class Lines: Sendable {
        let all = Mutex<[String]>([])

        func logger(_ format: LogFormat, _ level: Logger.Level = .info) -> Logger {
            Logger(label: "index") { label in
                ServiceLogHandler(label: label, format: format, level: level) { line in
                    self.all.withLock { $0.append(line) }
                }
            }
        }

        var texts: [String] { all.withLock { $0 } }
    }

    @Test("a JSON line is one object with the metadata as members")
    func json() throws {
        let lines = Lines()
        var logger = lines.logger(.json)
        logger[metadataKey: "request"] = "abc"
        logger.warning("a \"quoted\"\nline", metadata: ["count": "3"])
        logger.debug("below the level")
        let line = try #require(lines.texts.first)
        #expect(lines.texts.count == 1)
        #expect(line.hasSuffix("}\n") && !line.dropLast().contains("\n"))
        var reader = JSONReader(Array(line.utf8))
        let members = try reader.strings()
        #expect(members["message"] == "a \"quoted\"\nline")
        #expect(members["level"] == "warning")
        #expect(members["service"] == "index")
        #expect(members["request"] == "abc")
        #expect(members["count"] == "3")
        #expect(members["time"]?.count == 24 && members["time"]?.hasSuffix("Z") == true)
    }

    @Test("a text line stays one line, whatever a client sends")
    func text() throws {
        let lines = Lines()
        lines.logger(.text).info("hello", metadata: ["path": "/a\nforged line\r\u{2028}"])
        let line = try #require(lines.texts.first)
        #expect(line.hasSuffix("\n") && line.filter(\.isNewline).count == 1)
        #expect(line.contains("info index: hello path=/a forged line"))
    }

    @Test(
        "metadata that names a secret is not shown",
        arguments: [
            "authorization", "Authorization", "secret_key", "password", "X-Amz-Signature", "session_token",
            "credential",
        ])
    func redacted(key: String) throws {
        for format in LogFormat.allCases {
            let lines = Lines()
            lines.logger(format).info("hello", metadata: [key: "hunter2"])
            let line = try #require(lines.texts.first)
            #expect(!line.contains("hunter2"))
            #expect(line.contains("***"))
        }
    }

    @Test(
        "the access log shows the path without its query, and only what was asked for",
        arguments: AccessLog.Scope.allCases)
    func accessLog(scope: AccessLog.Scope) async throws {
        let lines = Lines()
        try await TestHTTPServer.run {
            $0.observer = AccessLog(lines.logger(.text), scope: scope)
        } handler: { request, response in
            response.setOperation("Test")
            response.send(request.path == "/bad" ? .internalServerError : .ok)
        } _: { server in
            _ = try await RawHTTPClient.get(
                port: server.port, "/good?X-Amz-Signature=hunter2", "Authorization: hunter2\r\n")
            _ = try await RawHTTPClient.get(port: server.port, "/bad?X-Amz-Signature=hunter2")
        }
        let text = lines.texts.joined()
        #expect(!text.contains("hunter2"))
        #expect(text.contains("path=/good") == (scope == .all))
        #expect(text.contains("path=/bad") == (scope != .off))
        #expect(text.contains("status=500") == (scope != .off))
    }
}
