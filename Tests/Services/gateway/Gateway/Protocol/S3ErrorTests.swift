import NIOHTTP1
import ObjectStore
import ServiceKit
import Signatures
import Testing
import Wire

@testable import Gateway

@Suite("Errors in S3's terms")
struct S3ErrorTests {
    struct RPCCase: CustomTestStringConvertible, Sendable {
        let code: RPCError.Code
        var subject = ""
        let becomes: S3ErrorCode

        var testDescription: String { "\(code) \(subject) is \(becomes.rawValue)" }
    }

    @Test(
        "services' errors",
        arguments: [
            RPCCase(code: .notFound, subject: "repository", becomes: .noSuchBucket),
            RPCCase(code: .notFound, subject: "branch", becomes: .noSuchBucket),
            RPCCase(code: .notFound, subject: "reference", becomes: .noSuchKey),
            RPCCase(code: .notFound, subject: "object", becomes: .noSuchKey),
            RPCCase(code: .notFound, subject: "upload", becomes: .noSuchUpload),
            RPCCase(code: .notFound, subject: "part", becomes: .invalidPart),
            RPCCase(code: .notFound, subject: "credential", becomes: .invalidAccessKeyID),
            RPCCase(code: .notFound, subject: "something new", becomes: .internalError),
            RPCCase(code: .invalidArgument, becomes: .invalidArgument),
            RPCCase(code: .permissionDenied, becomes: .accessDenied),
            RPCCase(code: .forbidden, becomes: .accessDenied),
            RPCCase(code: .preconditionFailed, becomes: .preconditionFailed),
            RPCCase(code: .conflict, becomes: .operationAborted),
            RPCCase(code: .resourceExhausted, becomes: .slowDown),
            RPCCase(code: .unavailable, becomes: .serviceUnavailable),
            RPCCase(code: .deadlineExceeded, becomes: .serviceUnavailable),
            RPCCase(code: .outcomeUnknown, becomes: .serviceUnavailable),
            RPCCase(code: .corrupted, becomes: .internalError),
            RPCCase(code: .internal, becomes: .internalError),
        ])
    func services(_ example: RPCCase) {
        #expect(S3Error(RPCError(example.code, subject: example.subject, "x")).code == example.becomes)
    }

    @Test("no failure of a service but `notFound` looks like a missing object", arguments: RPCError.Code.allCases)
    func outages(_ code: RPCError.Code) {
        for subject in ["", "repository", "reference", "object", "upload"] where code != .notFound {
            #expect(S3Error(RPCError(code, subject: subject, "x")).code.status != 404)
        }
    }

    @Test(
        "no failure of the store looks like a missing object",
        arguments: [
            ObjectStoreError.Code.notFound, .alreadyExists, .invalidAddress, .denied, .full, .unavailable, .timedOut,
            .corrupt, .misconfigured, .cancelled, .failed,
        ])
    func stores(_ code: ObjectStoreError.Code) {
        #expect(S3Error(ObjectStoreError(code, "x")).code.status >= 500)
    }

    @Test("what the body's source threw comes out as it was")
    func causes() {
        let cause = S3Error(.badDigest)
        #expect(S3Error(ObjectStoreError(.bodyFailed, "x", cause: cause)) == cause)
        #expect(S3Error(ObjectStoreError(.bodyLength, "x")).code == .incompleteBody)
    }

    @Test(
        "signatures' errors keep their code and status",
        arguments: [
            SignatureError.onlyOneMechanism, .unsupportedAuthorization, .authorizationHeaderMalformed("x"),
            .authorizationQueryMalformed("x"), .wrongRegion(given: "a", expected: "b", presigned: false),
            .wrongRegion(given: "a", expected: "b", presigned: true), .missingDate, .requestTimeTooSkewed,
            .presignedExpired, .presignedNotYetValid, .headersNotSigned(["x"]), .signatureDoesNotMatch,
            .invalidAccessKeyID, .invalidURI, .missingHeader("x"), .invalidContentSHA256,
            .contentSHA256Mismatch(claimed: "a", computed: "b"), .missingContentLength, .invalidLength("x"),
            .incompleteBody, .malformedTrailer, .repeatedHeader("x"), .invalidChecksum("x"),
            .checksumMismatch(algorithm: "CRC32"),
        ])
    func signatures(_ error: SignatureError) {
        let answer = S3Error(error)
        #expect(answer.code.rawValue == error.code)
        #expect(answer.code.status == error.status)
        #expect(answer.message == error.message)
    }

    @Test("the document has what S3's has, escaped")
    func document() {
        let error = S3Error(.invalidArgument, "no <such> \"thing\"", details: [("ArgumentName", "a&b")])
        let text = String(decoding: error.document(resource: "/b/\u{1}", requestID: "r1"), as: UTF8.self)
        #expect(
            text
                == """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>InvalidArgument</Code><Message>no &lt;such&gt; &quot;thing&quot;</Message>\
                <ArgumentName>a&amp;b</ArgumentName><Resource>/b/&#1;</Resource><RequestId>r1</RequestId>\
                <HostId>tarn</HostId></Error>
                """)
    }

    @Test("what the seam refuses is said in S3's terms")
    func seam() {
        #expect(S3Error(HTTPRejection(.badRequest, "x")).code == .badRequest)
        #expect(S3Error(HTTPRejection(.uriTooLong, "x")).code == .invalidURI)
        #expect(S3Error(HTTPRejection(.requestHeaderFieldsTooLarge, "x")).code == .requestHeaderSectionTooLarge)
        #expect(S3Error(HTTPRejection(.serviceUnavailable, "x")).code == .slowDown)
        #expect(S3Error(HTTPRejection(.httpVersionNotSupported, "x")).code == .badRequest)
        #expect(S3Error(HTTPRejection(.internalServerError, "x")).code == .internalError)
    }
}
