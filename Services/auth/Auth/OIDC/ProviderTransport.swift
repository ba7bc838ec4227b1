import Curl
import NIOCore
package import Wire

/// How a provider is asked.
package protocol ProviderTransport: Sendable {
    /// - Parameter form: what is posted; nil to get.
    /// - Throws: `unavailable` where there is no answer in time, or one that is too large.
    func send(
        _ url: String, headers: [(name: String, value: String)], form: [UInt8]?
    ) async throws(RPCError) -> (status: Int, body: [UInt8])
}

/// Over the network: no redirects, TLS verified, bounded in time and size.
package struct CurlProviderTransport: ProviderTransport {
    /// In bytes.
    static let maxAnswerBytes = 262_144
    static let timeouts = CurlTimeouts(connect: 3_000, idle: 5_000, total: 8_000)

    private let engine: CurlEngine

    /// - Parameter authorities: a file of certificate authorities in place of the system's.
    package init(authorities: String?) throws {
        var configuration = CurlConfiguration()
        configuration.maxTransfers = 32
        configuration.maxWaiting = 256
        configuration.maxIdleConnections = 4
        configuration.ioBufferBytes = 16_384
        configuration.authorities = authorities
        engine = try CurlEngine(configuration)
    }

    package func send(
        _ url: String, headers: [(name: String, value: String)], form: [UInt8]?
    ) async throws(RPCError) -> (status: Int, body: [UInt8]) {
        let request = CurlRequest(form == nil ? .get : .post, url, headers: headers, timeouts: Self.timeouts)
        do throws(CurlError) {
            let response = try await engine.send(request, body: form.map { .bytes(ByteBuffer(bytes: $0)) } ?? .none)
            defer { response.cancel() }
            let body = try await response.collect(maxBytes: Self.maxAnswerBytes)
            return (response.head.status, Array(body.readableBytesView))
        } catch {
            // The code only: a URL or header has no place in a log.
            throw .oidc(.unavailable, "the provider does not answer as it should: \(error.code.rawValue)")
        }
    }

    func shutDown() async { await engine.shutDown() }
}
