import Testing

@testable import Gateway

@Suite("Documents of requests")
struct DocumentTests {
    @Test("DeleteObjects")
    func deletions() throws {
        let document = try DeleteDocument(
            Array(
                """
                <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>
                <Object><Key>main/a &amp; b</Key></Object><Object><VersionId>null</VersionId><Key>main/&#xA;</Key><Size>1</Size></Object>
                </Delete>
                """.utf8))
        #expect(document.isQuiet)
        #expect(document.objects.map { String(decoding: $0.key, as: UTF8.self) } == ["main/a & b", "main/\n"])
        #expect(document.objects.map(\.versionID) == [nil, "null"])
    }

    @Test("DeleteObjects takes 1 to 1,000 keys")
    func deletionLimits() throws {
        func document(_ count: Int) -> [UInt8] {
            let objects = (0..<count).map { "<Object><Key>k\($0)</Key></Object>" }
            return Array("<Delete>\(objects.joined())</Delete>".utf8)
        }
        #expect(try DeleteDocument(document(1_000)).objects.count == 1_000)
        for count in [0, 1_001] {
            let error = #expect(throws: S3Error.self) { try DeleteDocument(document(count)) }
            #expect(error?.code == .malformedXML)
        }
    }

    @Test(
        "DeleteObjects that are none",
        arguments: [
            "<Delete><Object></Object></Delete>", "<Delete><Object><Key/></Object></Delete>", "<Delete>x</Delete>",
            "<Del/>",
            "<Delete><Object><Key>a", "<Delete><Object><Key><b/></Key></Object></Delete>",
        ])
    func badDeletions(_ text: String) {
        let error = #expect(throws: S3Error.self) { try DeleteDocument(Array(text.utf8)) }
        #expect(error?.code == .malformedXML)
    }

    @Test("CompleteMultipartUpload")
    func completions() throws {
        let document = try CompleteDocument(
            Array(
                """
                <CompleteMultipartUpload><Part><PartNumber> 1 </PartNumber><ETag>&quot;aa&quot;</ETag>
                <ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part><Part><ETag>bb</ETag><PartNumber>7</PartNumber></Part>
                </CompleteMultipartUpload>
                """.utf8))
        #expect(document.parts.map(\.number) == [1, 7])
        #expect(document.parts.map(\.etag) == ["aa", "bb"])
        #expect(document.parts[0].checksums == ["x-amz-checksum-crc32": "AAAAAA=="])
    }

    @Test(
        "CompleteMultipartUpload that is none",
        arguments: [
            ("<CompleteMultipartUpload/>", S3ErrorCode.malformedXML),
            ("<CompleteMultipartUpload><Part><ETag>a</ETag></Part></CompleteMultipartUpload>", .malformedXML),
            (
                "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                .malformedXML
            ),
            (
                "<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                .invalidArgument
            ),
            (
                "<CompleteMultipartUpload><Part><PartNumber>10001</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                .invalidArgument
            ),
            (
                "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>a</ETag></Part>"
                    + "<Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                .invalidPartOrder
            ),
            (
                "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>a</ETag></Part>"
                    + "<Part><PartNumber>2</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                .invalidPartOrder
            ),
        ])
    func badCompletions(_ text: String, _ code: S3ErrorCode) {
        let error = #expect(throws: S3Error.self) { try CompleteDocument(Array(text.utf8)) }
        #expect(error?.code == code)
    }
}
