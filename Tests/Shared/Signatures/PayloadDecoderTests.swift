import Cryptography
import Seeded
import Testing

@testable import Signatures

/// Feeds a body in pieces and gathers its content.
func decode(
    _ body: [UInt8], with decoder: PayloadDecoder, cuts: [Int] = []
) throws(SignatureError) -> (content: [UInt8], trailer: [RequestHead.Field]) {
    var decoder = decoder
    var content: [UInt8] = []
    var start = 0
    for end in cuts + [body.count] {
        let piece = Array(body[start..<end])
        start = end
        let failure: SignatureError? = piece.withUnsafeBytes { bytes in
            var offset = 0
            do throws(SignatureError) {
                while let range = try decoder.next(bytes, &offset) { content.append(contentsOf: bytes[range]) }
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }
    return (content, try decoder.finish())
}

@Suite("A payload")
struct PayloadDecoderTests {
    private func decoder(_ head: RequestHead) throws -> PayloadDecoder {
        let claim = try #require(try RequestAuthentication(head).v4)
        return try claim.payloadDecoder(head, key: Example.key)
    }

    private func unsigned(_ length: Int, trailer: String? = "x-amz-checksum-crc32") throws -> PayloadDecoder {
        var fields = [("x-amz-decoded-content-length", "\(length)")]
        if let trailer { fields.append(("x-amz-trailer", trailer)) }
        return try PayloadDecoder(
            RequestHead(method: "PUT", target: "/", fields: fields), mode: .streamingUnsignedTrailer)
    }

    @Test("in signed chunks is that of Amazon's documentation")
    func documentation() throws {
        #expect(Example.chunks.count == 66_824)
        let result = try decode(Example.chunks, with: decoder(Example.putChunks))
        #expect(result.content == Example.content)
        #expect(result.trailer.isEmpty)
    }

    @Test("in signed chunks with a trailer is that of Amazon's documentation")
    func documentationTrailer() throws {
        let result = try decode(Example.chunksWithTrailer, with: decoder(Example.putChunksWithTrailer))
        #expect(result.content == Example.content)
        #expect(result.trailer.map(\.name) == ["x-amz-checksum-crc32c"])
        let claim = try #require(try ChecksumClaim.of(Example.putChunksWithTrailer))
        var checksum = RunningChecksum(claim.algorithm)
        Example.content.withUnsafeBytes { checksum.update($0) }
        try claim.verify(checksum, trailer: result.trailer)
    }

    @Test("may have bare line feeds and an empty line before the trailer's signature, as some clients send")
    func looseTrailer() throws {
        for lines in [
            "x-amz-checksum-crc32c:sOO8/Q==\n\r\nx-amz-trailer-signature:SIG\r\n\r\n",
            "X-Amz-Checksum-Crc32c: sOO8/Q==\nx-amz-trailer-signature: SIG\n\n",
        ] {
            let body = Example.chunksBeforeTrailer + Array(lines.replacing("SIG", with: Example.trailerSignature).utf8)
            #expect(try decode(body, with: decoder(Example.putChunksWithTrailer)).content == Example.content)
        }
    }

    @Test("is the same in whatever pieces it comes", arguments: [UInt64(1), 2, 3, 4])
    func splits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for (head, body) in [
            (Example.putChunks, Example.chunks), (Example.putChunksWithTrailer, Example.chunksWithTrailer),
        ] {
            let interesting = [0, 40, 84, 85, 86, 87, body.count - 200, body.count - 5]
            let cuts = (0..<40).map { index in
                index < interesting.count ? interesting[index] : Int.random(in: 0...body.count, using: &random)
            }
            let result = try decode(body, with: decoder(head), cuts: cuts.sorted())
            #expect(result.content == Example.content, "seed \(seed)")
        }
        let small = Array("5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n".utf8)
        let single = try decode(small, with: unsigned(11), cuts: Array(0..<small.count))
        #expect(String(decoding: single.content, as: UTF8.self) == "hello world")
        #expect(single.trailer.first?.value == "DUoRhQ==")
    }

    @Test(
        "as botocore sends it, with its checksum in the trailer",
        arguments: BotocoreVector.all.filter { $0.name.hasPrefix("v4 chunked") })
    func botocore(vector: BotocoreVector) throws {
        let decoder = try PayloadDecoder(vector.head, mode: .streamingUnsignedTrailer)
        #expect(decoder.contentBytes == 11)
        let result = try decode(Array(vector.body.utf8), with: decoder)
        #expect(String(decoding: result.content, as: UTF8.self) == "hello world")
        let claim = try #require(try ChecksumClaim.of(vector.head))
        var checksum = RunningChecksum(claim.algorithm)
        result.content.withUnsafeBytes { checksum.update($0) }
        try claim.verify(checksum, trailer: result.trailer)
        checksum.update(UnsafeRawBufferPointer(start: nil, count: 0))
        var other = RunningChecksum(claim.algorithm)
        [UInt8(1)].withUnsafeBytes { other.update($0) }
        #expect(throws: SignatureError.checksumMismatch(algorithm: claim.algorithm.rawValue)) {
            try claim.verify(other, trailer: result.trailer)
        }
    }

    @Test(
        "is refused when a byte of a signed chunk or signature is changed", arguments: [20, 90, 65_000, 65_650, 66_800])
    func altered(position: Int) throws {
        var body = Example.chunks
        body[position] = body[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        #expect(throws: SignatureError.self) { try decode(body, with: decoder(Example.putChunks)) }
        #expect(throws: SignatureError.signatureDoesNotMatch) {
            let head = Example.putChunks
            let claim = try #require(try RequestAuthentication(head).v4)
            let other = DerivedKey(secret: "another", scope: Example.scope)
            return try decode(Example.chunks, with: claim.payloadDecoder(head, key: other))
        }
    }

    @Test("is refused when a trailer's value or signature is changed")
    func alteredTrailer() throws {
        for (from, to) in [("sOO8/Q==", "sOO8/A=="), (Example.trailerSignature, String(repeating: "0", count: 64))] {
            let body = String(decoding: Example.chunksWithTrailer, as: UTF8.self).replacing(from, with: to)
            #expect(throws: SignatureError.signatureDoesNotMatch) {
                try decode(Array(body.utf8), with: decoder(Example.putChunksWithTrailer))
            }
        }
    }

    @Test("cut off anywhere is incomplete")
    func truncated() throws {
        let body = Example.chunksWithTrailer
        for count in [0, 1, 50, 87, 65_000, 65_623, 65_625, 66_700, body.count - 90, body.count - 2, body.count - 1] {
            let error = #expect(throws: SignatureError.self, "cut at \(count)") {
                try decode(Array(body[..<count]), with: decoder(Example.putChunksWithTrailer))
            }
            #expect(error == .incompleteBody, "cut at \(count)")
        }
    }

    @Test(
        "in chunks is refused when it breaks the form",
        arguments: [
            ("", SignatureError.incompleteBody),
            ("0\r\n", .incompleteBody),
            ("0\r\n\r\n", .incompleteBody),
            ("5\r\nhello\r\n0\r\n\r\n", .malformedTrailer),
            ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n", .incompleteBody),
            ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\nx", .incompleteBody),
            ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:A\r\nx-amz-checksum-crc32:A\r\n\r\n", .malformedTrailer),
            ("5\r\nhello\r\n0\r\nx-amz-checksum-sha1:A\r\n\r\n", .malformedTrailer),
            ("5\r\nhello\r\n0\r\nno colon\r\n\r\n", .malformedTrailer),
            ("4\r\nhell\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", .incompleteBody),
            ("6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", .incompleteBody),
            ("5\r\nhello0\r\nx-amz-checksum-crc32:A\r\n\r\n", .incompleteBody),
            ("5\nhello\r\n", .incompleteBody),
            ("5;a=b\r\nhello\r\n", .incompleteBody),
            ("-5\r\nhello\r\n", .incompleteBody),
            ("\r\nhello\r\n", .incompleteBody),
            ("ffffffffffffffff\r\n", .incompleteBody),
            ("0000000000000005\r\n", .incompleteBody),
            (String(repeating: "0", count: 300), .incompleteBody),
            ("5\r\nhello\r\n0\r\n" + String(repeating: "a", count: 9000), .malformedTrailer),
        ])
    func malformed(body: String, error: SignatureError) throws {
        #expect(throws: error) { try decode(Array(body.utf8), with: unsigned(5)) }
    }

    @Test("of many empty lines in a signed trailer is refused at the limit")
    func endlessTrailer() throws {
        let body = Example.chunksBeforeTrailer + [UInt8](repeating: 0x0A, count: 5000)
        #expect(throws: SignatureError.malformedTrailer) {
            try decode(body, with: decoder(Example.putChunksWithTrailer))
        }
    }

    @Test("that is garbage never does worse than fail", arguments: UInt64(0)..<40)
    func garbage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789abcdef;:\r\n=-xsignature".utf8)
        for _ in 0..<(50 * Fuzz.factor) {
            var body = Array(Example.chunksWithTrailer.suffix(Int.random(in: 1...400, using: &random)))
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let position = Int.random(in: 0..<body.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                if Bool.random(using: &random) { body.insert(byte, at: position) } else { body[position] = byte }
            }
            let cuts = (0..<3).map { _ in Int.random(in: 0...body.count, using: &random) }.sorted()
            let whole = Result { try decode(body, with: unsigned(5)) }
            let pieces = Result { try decode(body, with: unsigned(5), cuts: cuts) }
            switch (whole, pieces) {
            case (.success(let left), .success(let right)): #expect(left.content == right.content, "seed \(seed)")
            case (.failure(let left as SignatureError), .failure(let right as SignatureError)):
                #expect(left == right, "seed \(seed)")
            default: Issue.record("seed \(seed): pieces decode otherwise than the whole")
            }
        }
    }

    @Test("in one piece must have the length and the hash that were signed")
    func plain() throws {
        func decoder(_ text: String, length: String?) throws -> PayloadDecoder {
            let fields = length.map { [("Content-Length", $0)] } ?? []
            let head = RequestHead(method: "PUT", target: "/", fields: fields)
            return try PayloadDecoder(head, mode: .signed(SHA256.hash(text)))
        }
        let body = Array("hello".utf8)
        #expect(try decode(body, with: decoder("hello", length: "5"), cuts: [2]).content == body)
        #expect(try decode(body, with: decoder("hello", length: nil)).content == body)
        #expect(throws: SignatureError.incompleteBody) { try decode(body, with: decoder("hello", length: "6")) }
        #expect(throws: SignatureError.incompleteBody) { try decode(body, with: decoder("hello", length: "4")) }
        let error = #expect(throws: SignatureError.self) { try decode(body, with: decoder("hellp", length: "5")) }
        #expect(error?.code == "XAmzContentSHA256Mismatch")
        let empty = try PayloadDecoder(RequestHead(method: "GET", target: "/", fields: []), mode: .empty)
        #expect(try decode([], with: empty).content.isEmpty)
    }

    @Test(
        "in chunks needs the length of its content, once and as a number",
        arguments: [nil, "", "x", "-1", "1e3", " 5", "9999999999999999999"])
    func lengths(text: String?) throws {
        let fields = text.map { [("x-amz-decoded-content-length", $0)] } ?? []
        let head = RequestHead(method: "PUT", target: "/", fields: fields)
        let error = #expect(throws: SignatureError.self) { try PayloadDecoder(head, mode: .streamingUnsignedTrailer) }
        #expect(error?.code == (text == nil ? "MissingContentLength" : "InvalidArgument"))
        let twice = RequestHead(
            method: "PUT", target: "/",
            fields: [("x-amz-decoded-content-length", "5"), ("X-Amz-Decoded-Content-Length", "5")])
        #expect(throws: SignatureError.repeatedHeader("x-amz-decoded-content-length")) {
            try PayloadDecoder(twice, mode: .streamingUnsignedTrailer)
        }
    }
}
