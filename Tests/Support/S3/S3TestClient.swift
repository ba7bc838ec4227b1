import Cryptography
import Glibc
package import Signatures

/// Signs requests as a client of S3 does and sends them raw, each on a connection of its own.
package struct S3TestClient: Sendable {
    package var port: Int
    package var accessKeyID: String
    package var secret: String
    package var region = "us-east-1"
    package var host: String?
    /// Added to the time that requests are signed for.
    package var skewSeconds: Int64 = 0
    /// How long nothing may come; longer than the gateway itself waits for anybody.
    package var timeoutSeconds = 90

    package init(port: Int, accessKeyID: String = KnownKey.accessKeyID, secret: String = KnownKey.secret) {
        self.port = port
        self.accessKeyID = accessKeyID
        self.secret = secret
    }

    package typealias Field = RequestHead.Field

    /// How the body is sent.
    package enum Payload {
        case signed
        case unsigned
        /// `aws-chunked`, in chunks of so many bytes.
        case chunked(PayloadMode, chunkBytes: Int, trailer: Field? = nil)
    }

    package var hostField: Field { ("Host", host ?? "127.0.0.1:\(port)") }

    private var signer: RequestSigner {
        RequestSigner(
            credentials: SigningCredentials(accessKeyID: accessKeyID, secretAccessKey: secret), region: region)
    }

    private var time: SigningTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return SigningTime(unixSeconds: Int64(now.tv_sec) + skewSeconds)
    }

    /// The bytes of a signed request.
    package func request(
        _ method: String, _ target: String, _ fields: [Field] = [], body: [UInt8] = [], payload: Payload = .signed
    ) throws -> [UInt8] {
        var fields = [hostField] + fields
        let mode: PayloadMode
        switch payload {
        case .signed: mode = .signed(SHA256.hash(body))
        case .unsigned: mode = .unsigned
        case .chunked(let chunked, _, let trailer):
            mode = chunked
            fields.append(("X-Amz-Decoded-Content-Length", "\(body.count)"))
            if let trailer { fields.append(("X-Amz-Trailer", trailer.name)) }
        }
        let signed = try signer.sign(
            RequestHead(method: method, target: target, fields: fields), payload: mode, at: time)
        var sent = body
        if case .chunked(let mode, let chunkBytes, let trailer) = payload {
            sent = Self.encode(
                body, chunkBytes, mode == .streamingUnsignedTrailer ? nil : signed.chunks, trailer)
        }
        fields += signed.fields
        if !fields.contains(where: { $0.name.lowercased() == "content-length" }), method == "PUT" || method == "POST" {
            fields.append(("Content-Length", "\(sent.count)"))
        }
        return Self.bytes(method, target, fields, sent)
    }

    package static func bytes(_ method: String, _ target: String, _ fields: [Field], _ body: [UInt8]) -> [UInt8] {
        let head = "\(method) \(target) HTTP/1.1\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
        return Array(head.utf8) + body
    }

    private static func encode(
        _ body: [UInt8], _ chunkBytes: Int, _ signer: ChunkSigner?, _ trailer: Field?
    ) -> [UInt8] {
        var signer = signer
        var output: [UInt8] = []
        func add(_ chunk: ArraySlice<UInt8>) {
            let signature = signer?.sign(chunk: SHA256.hash(chunk))
            let mark = signature.map { ";chunk-signature=\($0.hex)" } ?? ""
            output += Array("\(String(chunk.count, radix: 16))\(mark)\r\n".utf8)
            if !chunk.isEmpty { output += chunk + [13, 10] }
        }
        var rest = body[...]
        while !rest.isEmpty {
            add(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
        }
        add([])
        if let trailer {
            output += Array("\(trailer.name):\(trailer.value)\r\n".utf8)
            if let signature = signer?.sign(trailer: SHA256.hash("\(trailer.name):\(trailer.value)\n")) {
                output += Array("x-amz-trailer-signature:\(signature.hex)\r\n".utf8)
            }
        }
        return output + [13, 10]
    }

    /// Sends one request over a connection of its own.
    @discardableResult
    package func send(
        _ method: String, _ target: String, _ fields: [Field] = [], body: [UInt8] = [], payload: Payload = .signed
    ) async throws -> RawResponse {
        try await exchange(
            try request(method, target, fields, body: body, payload: payload), isHead: method == "HEAD")
    }

    /// Sends one request over a connection of its own.
    package func exchange(_ bytes: [UInt8], isHead: Bool = false) async throws -> RawResponse {
        let connection = try await RawConnection.open(port: port, timeoutSeconds: timeoutSeconds)
        // Where a request is refused early, the rest of its body may not be taken.
        _ = try await connection.sendSome(bytes)
        let response = try await RawHTTPClient(connection).response(isHead: isHead)
        connection.close()
        return response
    }

    package func get(_ target: String, _ fields: [Field] = []) async throws -> RawResponse {
        try await send("GET", target, fields)
    }

    package func put(_ target: String, _ body: [UInt8], _ fields: [Field] = []) async throws -> RawResponse {
        try await send("PUT", target, fields, body: body)
    }

    /// The target of a presigned request.
    package func presign(_ method: String, _ target: String, seconds: Int64, _ fields: [Field] = []) throws -> String {
        try signer.presign(
            RequestHead(method: method, target: target, fields: [hostField] + fields), seconds: seconds, at: time)
    }

    /// Sends a request as it is, without a signature in its headers.
    package func sendUnsigned(
        _ method: String, _ target: String, _ fields: [Field] = [], body: [UInt8] = []
    ) async throws -> RawResponse {
        var fields = [hostField] + fields
        if method == "PUT" { fields.append(("Content-Length", "\(body.count)")) }
        return try await exchange(Self.bytes(method, target, fields, body), isHead: method == "HEAD")
    }
}

extension RawResponse {
    /// The code of an error document of S3.
    package var code: String { element("Code") ?? "" }

    /// The text of the first element of a name.
    package func element(_ name: String) -> String? { elements(name).first }

    package func elements(_ name: String) -> [String] {
        text.split(separator: "<\(name)>", omittingEmptySubsequences: false).dropFirst().map { part in
            part.split(separator: "</\(name)>", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        }
    }
}
