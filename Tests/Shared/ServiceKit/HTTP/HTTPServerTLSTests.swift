import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Seeded
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("A listener that speaks TLS", .fewAtATime)
struct HTTPServerTLSTests {
    /// Answers with the body that was sent.
    private static let echo = HTTPClosureHandler { request, response in
        do {
            let body = try await request.body.collect(maxBytes: 64 << 20)
            guard request.isTLS, !response.sendsFiles else { return response.send(.internalServerError) }
            response.send(.ok, [:], body)
        } catch { response.abort() }
    }

    private static func run(
        _ handler: any HTTPHandler = echo,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        _ body: (_ server: TestHTTPServer, _ certificate: TestCertificate) async throws -> Void
    ) async throws {
        let certificate = try await TestCertificate()
        let identity = try TLSIdentity(
            certificateFile: certificate.certificateFile, keyFile: certificate.keyFile, logger: .silent, now: now)
        try await TestHTTPServer.run(
            handler,
            configure: { configuration in
                configuration.tls = identity
                configure(&configuration)
            }
        ) { server in try await body(server, certificate) }
    }

    private static func curl(
        _ server: TestHTTPServer, _ certificate: TestCertificate, _ arguments: String..., host: String = "localhost"
    ) async throws -> String {
        try await ChildProcess.run(
            ["curl", "-sS", "-m", "20", "--cacert", certificate.authorityFile] + arguments
                + ["https://\(host):\(server.port)/"])
    }

    /// What OpenSSL's client tells of a connection.
    private static func connect(_ server: TestHTTPServer, _ arguments: String...) async throws -> String {
        try await ChildProcess.run(["openssl", "s_client", "-connect", "127.0.0.1:\(server.port)"] + arguments)
    }

    @Test("clients who trust the authority are served, with HTTP/1.1 only", arguments: ["1.2", "1.3"])
    func served(_ version: String) async throws {
        try await Self.run { server, certificate in
            for host in ["localhost", "127.0.0.1"] {
                let answer = try await Self.curl(
                    server, certificate, "--tlsv\(version)", "--tls-max", version, "--http2", "-d", "hello", "-w",
                    " %{http_code} %{http_version}", host: host)
                #expect(answer == "hello 200 1.1")
            }
            let head = try await Self.curl(server, certificate, "-I")
            #expect(head.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("large bodies pass whole, both ways", arguments: [16_384, 16_385, 1_000_000, 20_000_000])
    func large(_ count: Int) async throws {
        try await Self.run { server, certificate in
            try await TestFile.with(Pattern.array(0..<count)) { path in
                let received = path + ".back"
                defer { unlink(received) }
                _ = try await Self.curl(
                    server, certificate, "-H", "Expect:", "--data-binary", "@\(path)", "-o", received)
                try await ChildProcess.run(["cmp", path, received])
            }
        }
    }

    @Test("a stream arrives whole, and one that breaks off is seen to", arguments: [true, false])
    func streams(_ breaks: Bool) async throws {
        let piece = ByteBuffer(repeating: 0x61, count: 100_000)
        let handler = HTTPClosureHandler { _, response in
            response.start(.ok)
            for _ in 0..<20 { try? await response.write(piece) }
            if breaks { response.abort() } else { response.end() }
        }
        try await Self.run(handler) { server, certificate in
            // Chunks, and for HTTP/1.0 the end of the connection.
            for version in ["--http1.1", "--http1.0"] {
                let answer = try? await Self.curl(
                    server, certificate, version, "-w", "%{size_download}", "-o", "/dev/null")
                #expect(answer == (breaks ? nil : "2000000"))
            }
        }
    }

    @Test("a stranger to the authority goes away, and plain HTTP is not answered; others go on")
    func refused() async throws {
        try await Self.run { server, certificate in
            await #expect(throws: ChildProcess.Failure.self) {
                try await ChildProcess.run(["curl", "-sS", "-m", "20", "https://localhost:\(server.port)/"])
            }
            let plain = try await RawHTTPClient.open(port: server.port)
            try await plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let rest = try await plain.rest()
            // At most an alert, which is no HTTP.
            #expect(rest.count < 16)
            #expect(try await Self.curl(server, certificate, "-d", "x") == "x")
        }
    }

    @Test("old versions of TLS and other protocols over it are refused")
    func versions() async throws {
        try await Self.run { server, certificate in
            await #expect(throws: ChildProcess.Failure.self) {
                try await Self.curl(
                    server, certificate, "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")
            }
            let both = try await Self.connect(server, "-alpn", "h2,http/1.1")
            #expect(both.contains("ALPN protocol: http/1.1"))
            await #expect(throws: ChildProcess.Failure.self) { try await Self.connect(server, "-alpn", "h2") }
            let older = try await Self.connect(server, "-tls1_2")
            #expect(older.contains("TLSv1.2"))
        }
    }

    @Test("a changed certificate is used from then on; one that cannot be read leaves the former in force")
    func reload() async throws {
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        try await Self.run(now: { start + elapsed.withLock { $0 } }) { server, certificate in
            func subject() async throws -> String {
                try await Self.connect(server).split(separator: "\n").first { $0.hasPrefix("subject") }.map(String.init)
                    ?? ""
            }
            #expect(try await subject().hasSuffix("localhost"))
            try await certificate.issue(name: "second")
            #expect(try await subject().hasSuffix("localhost"))
            elapsed.withLock { $0 = .seconds(10) }
            #expect(try await subject().hasSuffix("second"))
            try await ChildProcess.run(["cp", certificate.authorityFile, certificate.certificateFile])
            elapsed.withLock { $0 = .seconds(20) }
            #expect(try await subject().hasSuffix("second"))
            try await certificate.issue(name: "third")
            elapsed.withLock { $0 = .seconds(30) }
            #expect(try await subject().hasSuffix("third"))
        }
    }

    @Test("a connection too many is told so, over TLS")
    func limit() async throws {
        try await Self.run(configure: { $0.limits.maxConnections = 1 }) { server, certificate in
            let first = try await RawConnection.open(port: server.port)
            while server.server.connectionCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(try await Self.curl(server, certificate, "-o", "/dev/null", "-w", "%{http_code}") == "503")
            first.close()
        }
    }

    @Test("who does not finish a handshake is cut off when idle")
    func halfOpen() async throws {
        try await Self.run(configure: { $0.timeouts.idle = .milliseconds(300) }) { server, certificate in
            let silent = try await RawHTTPClient.open(port: server.port)
            #expect(try await silent.isClosed())
            let half = try await RawHTTPClient.open(port: server.port)
            // The beginning of a handshake record.
            try await half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])
            #expect(try await half.isClosed())
            while server.server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await Self.curl(server, certificate, "-d", "x") == "x")
        }
    }

    @Test("a client that takes nothing is cut off, and one that takes its time is not")
    func slowReader() async throws {
        let body = ByteBuffer(repeating: 0x61, count: 24_000_000)
        let handler = HTTPClosureHandler { _, response in response.send(.ok, [:], body) }
        let quick = { (configuration: inout HTTPServerConfiguration) in
            configuration.timeouts.responseProgress = .milliseconds(500)
        }
        try await Self.run(handler, configure: quick) { server, certificate in
            let start = ContinuousClock.now
            async let stopped = try? Self.curl(server, certificate, "--limit-rate", "1", "-m", "10", "-o", "/dev/null")
            while server.server.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
            while server.server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
            // curl itself gives up after 10 s.
            #expect(.now - start < .seconds(8))
            #expect(await stopped == nil)
            let slow = try await Self.curl(
                server, certificate, "--limit-rate", "12M", "-o", "/dev/null", "-w", "%{size_download}")
            #expect(slow == "24000000")
            while server.server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test(
        "random bytes for a handshake end the connection and nothing else",
        arguments: [1, 2, UInt64.random(in: 0 ... .max)])
    func nonsense(_ seed: UInt64) async throws {
        print("seed \(seed)")
        try await Self.run { server, certificate in
            var random = SeededGenerator(seed: seed)
            for _ in 0..<50 {
                var bytes = (0..<random.below(300)).map { _ in UInt8(random.below(256)) }
                if random.below(2) == 0 { bytes = [0x16, 0x03, 0x01, 0x00, UInt8(random.below(200)), 0x01] + bytes }
                let connection = try await RawConnection.open(port: server.port)
                _ = try await connection.sendSome(bytes)
                connection.close()
            }
            #expect(try await Self.curl(server, certificate, "-d", "x") == "x")
            while server.server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("files that are none, or do not belong together, are refused at the start")
    func configuration() async throws {
        let (one, other) = (try await TestCertificate(), try await TestCertificate())
        func identity(_ certificate: String?, _ key: String?) throws -> TLSIdentity? {
            var variables: [String: String] = [:]
            variables["TARN_TLS_CERTIFICATE_FILE"] = certificate
            variables["TARN_TLS_KEY_FILE"] = key
            return try TLSIdentity(from: Environment(variables), logger: .silent)
        }
        #expect(try identity(nil, nil) == nil)
        #expect(try identity(one.certificateFile, one.keyFile) != nil)
        for (certificate, key) in [
            (one.certificateFile, nil), (nil, one.keyFile), (one.certificateFile, other.keyFile),
            (one.keyFile, one.keyFile), ("/nowhere/cert.pem", one.keyFile), (one.certificateFile, "/nowhere/key.pem"),
        ] {
            #expect(throws: ConfigurationError.self) { try identity(certificate, key) }
        }
    }
}
