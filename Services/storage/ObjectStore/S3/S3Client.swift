import Cryptography
import Curl
import Glibc
import NIOCore
import Signatures

/// Signed requests to one S3 service.
struct S3Client: Sendable {
    /// The longest answer that is read into memory, in bytes: a page of 1,000 keys of the greatest length, escaped.
    static let maxDocumentBytes = 16_777_216
    static let maxErrorBytes = 65_536

    let endpoint: S3Endpoint
    let signer: RequestSigner
    let engine: CurlEngine
    var timeouts = CurlTimeouts(connect: 5_000, idle: 30_000)
    var retries = RetryPolicy()

    /// One call of the service.
    struct Call: Sendable {
        var method: CurlRequest.Method
        /// For people, in errors.
        var action: String
        var bucket: String?
        var key = ""
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var idleMilliseconds: Int?
    }

    /// Sends a call whose body is in memory until it succeeds, fails for good or was tried often enough.
    func send(_ call: Call, bytes: ByteBuffer? = nil) async throws(ObjectStoreError) -> CurlResponse {
        try await retrying { () throws(ObjectStoreError) in
            try await sendOnce(call, body: bytes.map { .bytes($0) } ?? .none, payload: payload(of: bytes))
        }
    }

    /// The same, and reads the answer as XML.
    func document(_ call: Call, bytes: ByteBuffer? = nil) async throws(ObjectStoreError) -> XMLElement {
        try await retrying { () throws(ObjectStoreError) in
            let response = try await sendOnce(
                call, body: bytes.map { .bytes($0) } ?? .none, payload: payload(of: bytes))
            defer { response.cancel() }
            let body = try await collect(response, maxBytes: Self.maxDocumentBytes, call.action)
            let root = try XMLElement.parse(body.readableBytesView)
            // Copying and completing may answer 200 first and fail afterwards.
            guard root.name != "Error" else { throw ObjectStoreError(status: 500, body: body, call.action) }
            return root
        }
    }

    /// Sends a call once, with a body that may be a stream.
    ///
    /// - Throws: for every status but 2xx.
    func sendOnce(_ call: Call, body: CurlBody, payload: PayloadMode) async throws(ObjectStoreError) -> CurlResponse {
        let (host, target) = endpoint.locate(bucket: call.bucket, key: call.key, query: call.query)
        let head = RequestHead(method: call.method.rawValue, target: target, fields: call.headers + [("host", host)])
        let signed: RequestSigner.Signed
        do { signed = try signer.sign(head, payload: payload, at: SigningTime(unixSeconds: Int64(time(nil)))) } catch {
            throw ObjectStoreError(.failed, "\(call.action): the request cannot be signed", cause: error)
        }
        var request = CurlRequest(
            call.method, "\(endpoint.scheme)://\(host)\(target)", headers: call.headers + signed.fields,
            timeouts: timeouts)
        if let idle = call.idleMilliseconds { request.timeouts.idle = idle }
        let response: CurlResponse
        do { response = try await engine.send(request, body: body) } catch {
            throw ObjectStoreError(error, call.action)
        }
        guard (200..<300).contains(response.head.status) else {
            defer { response.cancel() }
            let text = (try? await response.collect(maxBytes: Self.maxErrorBytes)) ?? ByteBuffer()
            throw ObjectStoreError(status: response.head.status, body: text, call.action)
        }
        return response
    }

    func collect(_ response: CurlResponse, maxBytes: Int, _ action: String) async throws(ObjectStoreError) -> ByteBuffer
    {
        do { return try await response.collect(maxBytes: maxBytes) } catch { throw ObjectStoreError(error, action) }
    }

    /// Repeats what may be repeated while the failure is one that passes.
    func retrying<Result>(
        _ work: () async throws(ObjectStoreError) -> Result
    ) async throws(ObjectStoreError) -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        var random = SystemRandomNumberGenerator()
        var attempt = 1
        while true {
            do { return try await work() } catch  where error.isTransient {
                let elapsed = Int((clock.now - start) / .milliseconds(1))
                guard let pause = retries.pause(attempt: attempt, elapsedMilliseconds: elapsed, using: &random) else {
                    throw error
                }
                try await sleep(milliseconds: pause)
                attempt += 1
            }
        }
    }

    /// The pause before an attempt that somebody else counts.
    func pause(beforeAttempt attempt: Int) async throws(ObjectStoreError) {
        var random = SystemRandomNumberGenerator()
        let pause = retries.pause(attempt: attempt - 1, elapsedMilliseconds: 0, using: &random)
        try await sleep(milliseconds: pause ?? retries.maxMilliseconds)
    }

    private func sleep(milliseconds: Int) async throws(ObjectStoreError) {
        do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch {
            throw ObjectStoreError(.cancelled, "the call was cancelled")
        }
    }

    /// TLS protects what is sent over https. Over plain http a body in memory is hashed and signed; a stream is not, since its hash
    /// would have to come first: there its length and the store's own tag are all that is checked.
    private func payload(of bytes: ByteBuffer?) -> PayloadMode {
        guard let bytes else { return .empty }
        return endpoint.isEncrypted ? .unsigned : .signed(bytes.withUnsafeReadableBytes { SHA256.hash($0) })
    }
}
