import Testing

@testable import Signatures

@Suite("A checksum claim")
struct ChecksumClaimTests {
    private func head(_ fields: [RequestHead.Field]) -> RequestHead {
        RequestHead(method: "PUT", target: "/", fields: fields)
    }

    @Test(
        "of every algorithm is compared with what was computed",
        arguments: [
            (ChecksumAlgorithm.crc32, "DUoRhQ=="), (.crc32c, "yZRlqg=="), (.crc64nvme, "jSnVw/bqjr4="),
            (.sha1, "Kq5sNclPz7QV2+lfQIuc6R7oRu0="), (.sha256, "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
        ])
    func algorithms(algorithm: ChecksumAlgorithm, value: String) throws {
        let claim = try #require(try ChecksumClaim.of(head([(algorithm.headerName.uppercased(), value)])))
        #expect(claim.algorithm == algorithm)
        var checksum = RunningChecksum(algorithm)
        Array("hello ".utf8).withUnsafeBytes { checksum.update($0) }
        #expect(throws: SignatureError.checksumMismatch(algorithm: algorithm.rawValue)) {
            try claim.verify(checksum, trailer: [])
        }
        Array("world".utf8).withUnsafeBytes { checksum.update($0) }
        #expect(checksum.base64 == value)
        try claim.verify(checksum, trailer: [])
    }

    @Test("is made by no other header")
    func others() throws {
        #expect(
            try ChecksumClaim.of(
                head([
                    ("x-amz-checksum-mode", "ENABLED"), ("x-amz-checksum-algorithm", "CRC32"),
                    ("x-amz-sdk-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT"),
                ])) == nil)
    }

    @Test("is refused when it cannot be one")
    func refused() {
        for fields: [RequestHead.Field] in [
            [("x-amz-checksum-crc32", "AAAA")], [("x-amz-checksum-crc32", "not base 64")],
            [("x-amz-checksum-crc32", "")],
            [("x-amz-checksum-md4", "AAAA")], [("x-amz-trailer", "x-amz-checksum-md4")],
            [("x-amz-checksum-crc32", "DUoRhQ=="), ("x-amz-checksum-crc32c", "yZRlqg==")],
            [("x-amz-checksum-crc32", "DUoRhQ=="), ("x-amz-trailer", "x-amz-checksum-crc32")],
        ] {
            let error = #expect(throws: SignatureError.self) { try ChecksumClaim.of(head(fields)) }
            #expect(error?.code == "InvalidRequest")
        }
    }

    @Test("in a trailer must be there")
    func missing() throws {
        let claim = try #require(try ChecksumClaim.of(head([("x-amz-trailer", "x-amz-checksum-crc32")])))
        #expect(throws: SignatureError.malformedTrailer) { try claim.verify(RunningChecksum(.crc32), trailer: []) }
    }
}
