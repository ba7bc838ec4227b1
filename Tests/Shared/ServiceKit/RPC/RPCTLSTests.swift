import NIOCore
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("Calls over TLS", .fewAtATime)
struct RPCTLSTests {
    private func identity(_ certificate: TestCertificate, authority: TestCertificate? = nil) throws -> TLSIdentity {
        try TLSIdentity(
            certificateFile: certificate.certificateFile, keyFile: certificate.keyFile,
            authorityFile: (authority ?? certificate).authorityFile, logger: .silent)
    }

    /// Calls a server and tells what came of it.
    private func call(
        server: TLSIdentity?, client: TLSIdentity?, host: String = "localhost", calls: Int = 1
    ) async throws -> (results: [Result<String, RPCError>], connections: Int) {
        let test = try await TestRPC.start(configure: { $0.tls = server }) { routes in
            routes.on(Echo.self) { request, context, _ in Echo.Response(text: request.text) }
        }
        let peer = TestRPC.client(of: .index, at: [test.address]) { configuration in
            configuration.tls = client
            configuration.address = ListenAddress(host: host, port: 1)
            configuration.patience = .milliseconds(700)
        }
        var results: [Result<String, RPCError>] = []
        for number in 0..<calls {
            do throws(RPCError) {
                let answer = try await peer.call(Echo.self, .init(text: "\(number)"), .test(seconds: 10))
                results.append(.success(answer.text))
            } catch { results.append(.failure(error)) }
        }
        let connections = test.http.server.connectionCount
        await peer.shutdown(drain: .seconds(1))
        await test.stop()
        return (results, connections)
    }

    @Test(
        "are made where both sides show what the same authority signed, on one connection",
        arguments: ["localhost", "127.0.0.1"])
    func both(host: String) async throws {
        let certificate = try await TestCertificate()
        let identity = try identity(certificate)
        let (results, connections) = try await call(server: identity, client: identity, host: host, calls: 50)
        #expect(results == (0..<50).map { .success("\($0)") })
        #expect(connections >= 1 && connections <= 2)
    }

    @Test("carry messages of many records")
    func large() async throws {
        let identity = try identity(try await TestCertificate())
        let server = try await TestRPC.start(configure: { $0.tls = identity }) { routes in
            routes.on(Bulk.self) { request, _, _ in Bulk.Response(text: request.text) }
        }
        let client = TestRPC.client(of: .index, at: [server.address]) {
            $0.tls = identity
            $0.address = ListenAddress(host: "localhost", port: 1)
        }
        let text = String(repeating: "0123456789abcdef", count: 200_000)
        #expect(try await client.call(Bulk.self, .init(text: text), .test()).text == text)
        await client.shutdown(drain: .seconds(1))
        await server.stop()
    }

    @Test("are refused to who shows none, or one of another authority, or is none that was meant")
    func refused() async throws {
        let (own, other) = (try await TestCertificate(), try await TestCertificate())
        let mine = try identity(own)
        let bare = try TLSIdentity(certificateFile: own.certificateFile, keyFile: own.keyFile, logger: .silent)
        for (name, server, client, host) in [
            ("a client without TLS", mine, nil, "localhost"),
            ("a server without TLS", nil, mine, "localhost"),
            ("a client of another authority", mine, try identity(other, authority: own), "localhost"),
            ("a server of another authority", try identity(other, authority: own), mine, "localhost"),
            ("a server of another name", mine, mine, "index.example"),
            ("a server of another address", mine, mine, "127.0.0.2"),
            ("a server that verifies nobody, of another authority", try identity(other), mine, "localhost"),
        ] as [(String, TLSIdentity?, TLSIdentity?, String)] {
            let (results, _) = try await call(server: server, client: client, host: host)
            guard case .failure(let error)? = results.first else {
                Issue.record("\(name) was spoken with")
                continue
            }
            #expect(error.code == .unavailable || error.code == .outcomeUnknown, "\(name): \(error)")
        }
        // One side alone verifies here: what a public listener does.
        let (results, _) = try await call(server: bare, client: mine)
        #expect(results == [.success("0")])
    }

    @Test("end when a certificate's time is over")
    func expired() async throws {
        let certificate = try await TestCertificate()
        let good = try identity(certificate)
        try await certificate.issue(name: "localhost", days: -1)
        let over = try identity(certificate)
        for (server, client) in [(good, over), (over, good)] {
            let (results, _) = try await call(server: server, client: client)
            #expect(results != [.success("0")])
        }
    }

    @Test("are configured whole or not at all")
    func configuration() async throws {
        let certificate = try await TestCertificate()
        let whole = [
            "TARN_RPC_TLS_CERTIFICATE_FILE": certificate.certificateFile, "TARN_RPC_TLS_KEY_FILE": certificate.keyFile,
            "TARN_RPC_TLS_AUTHORITY_FILE": certificate.authorityFile,
        ]
        #expect(try TLSIdentity(rpcFrom: Environment(whole), logger: .silent) != nil)
        #expect(try TLSIdentity(rpcFrom: Environment([:]), logger: .silent) == nil)
        for name in whole.keys {
            var part = whole
            part[name] = nil
            let error = #expect(throws: ConfigurationError.self) {
                _ = try TLSIdentity(rpcFrom: Environment(part), logger: .silent)
            }
            #expect(error?.variable == name)
            part[name] = "/nowhere/to/be/found"
            #expect(throws: ConfigurationError.self) {
                _ = try TLSIdentity(rpcFrom: Environment(part), logger: .silent)
            }
        }
    }
}
