import Cryptography
import NIOCore
import Seeded
import Testing

@testable import Gateway

@Suite("Forms: fields, a file, and the policy that permits them")
struct FormTests {
    /// A body in pieces.
    private static func reader(_ body: [UInt8], pieces: [Int] = []) throws -> FormReader {
        let boundary = try #require(FormBoundary(contentType: "multipart/form-data; boundary=xyz"))
        var rest = body[...]
        var pieces = pieces[...]
        return FormReader(boundary) {
            guard !rest.isEmpty else { return nil }
            let count = pieces.popFirst() ?? rest.count
            defer { rest = rest.dropFirst(count) }
            return ByteBuffer(bytes: rest.prefix(count))
        }
    }

    private static func body(_ fields: [(String, String)], file: [UInt8]?) -> [UInt8] {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let file {
            body += Array("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/b.txt\"\r\n".utf8)
            body += Array("Content-Type: text/plain\r\n\r\n".utf8) + file + Array("\r\n".utf8)
        }
        return body + Array("--xyz--\r\n".utf8)
    }

    @Test("however a body is cut, its fields and its file come out", arguments: 0..<20)
    func pieces(_ number: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(number))
        // What looks like the beginning of a boundary is content.
        let parts: [[UInt8]] = [Array("\r\n--xy".utf8), Array("\r\n".utf8), Array("-xyz".utf8), [0], Array("abc".utf8)]
        let file = (0..<Int.random(in: 0...40, using: &generator)).flatMap { _ in
            parts[Int.random(in: 0..<parts.count, using: &generator)]
        }
        let body = Self.body([("key", "main/${filename}"), ("Empty", ""), ("x-amz-meta-a", "ä\r\nb")], file: file)
        let pieces = (0..<body.count).map { _ in Int.random(in: 1...9, using: &generator) }
        var reader = try Self.reader(body, pieces: pieces)
        let form = try await PostForm(&reader)
        #expect(form.values == ["key": "main/${filename}", "empty": "", "x-amz-meta-a": "ä\r\nb"], "seed \(number)")
        #expect(try form.key() == "main/b.txt")
        var found: [UInt8] = []
        while let piece = try await reader.nextContent() { found += Array(piece.readableBytesView) }
        #expect(found == file, "seed \(number)")
        try await reader.finish()
    }

    @Test(
        "what is no form is refused",
        arguments: [
            ("", S3ErrorCode.malformedPOSTRequest),
            ("--xyz", .malformedPOSTRequest),
            ("--xyz\r\n\r\nvalue\r\n--xyz--\r\n", .malformedPOSTRequest),
            ("before --xyz--\r\n", .malformedPOSTRequest),
            ("--xyz--\r\n", .invalidArgument),
            ("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", .malformedPOSTRequest),
            (
                "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + String(repeating: "x", count: 21_000),
                .maxPostPreDataLengthExceeded
            ),
        ])
    func refused(_ text: String, _ code: S3ErrorCode) async throws {
        var reader = try Self.reader(Array(text.utf8))
        let error = await #expect(throws: S3Error.self) { try await PostForm(&reader) }
        #expect(error?.code == code)
    }

    @Test("a file that is cut off is refused")
    func cutOff() async throws {
        let whole = Self.body([("key", "main/a")], file: Array("content".utf8))
        var reader = try Self.reader(Array(whole.dropLast(12)))
        _ = try await PostForm(&reader)
        let error = await #expect(throws: S3Error.self) {
            while try await reader.nextContent() != nil {}
            try await reader.finish()
        }
        #expect(error?.code == .incompleteBody)
    }

    @Test(
        "a boundary stands in the content type",
        arguments: [
            ("multipart/form-data; boundary=xyz", true), ("Multipart/Form-Data;charset=utf-8; Boundary=\"x z\"", true),
            ("multipart/form-data", false), ("multipart/mixed; boundary=xyz", false),
            ("multipart/form-data; boundary=", false),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), false), ("", false),
        ])
    func boundaries(_ type: String, _ isOne: Bool) {
        #expect((FormBoundary(contentType: type) != nil) == isOne)
    }

    private static func policy(_ conditions: String) throws -> PostPolicy {
        let json = #"{"expiration":"2015-12-30T12:00:00.000Z","conditions":[\#(conditions)]}"#
        return try PostPolicy(Base64.encode(Array(json.utf8)))
    }

    @Test(
        "a policy permits what its conditions say of every field",
        arguments: [
            (#"{"key":"main/a"}"#, "main/a", true), (#"{"key":"main/a"}"#, "main/b", false),
            (#"["eq","$key","main/a"]"#, "main/a", true), (#"["starts-with","$key","main/"]"#, "main/b", true),
            (#"["starts-with","$key","main/"]"#, "dev/b", false), (#"["starts-with","$key",""]"#, "x/y", true),
            (#"{"acl":"private"}"#, "main/a", false),
        ])
    func conditions(_ text: String, _ key: String, _ isPermitted: Bool) throws {
        let policy = try Self.policy(#"{"bucket":"data"},"# + text)
        let form = PostForm(values: ["key": key, "policy": "…", "x-ignore-me": "1"])
        func check(now: Int64) -> S3ErrorCode? {
            do throws(S3Error) {
                try policy.check(form, bucket: "data", now: now)
                return nil
            } catch { return error.code }
        }
        #expect(check(now: 1_451_476_800) == (isPermitted ? nil : .accessDenied))
        #expect(check(now: 1_451_476_801) == .accessDenied, "expired")
    }

    @Test("several ranges of lengths hold together")
    func lengths() throws {
        let policy = try Self.policy(#"["content-length-range",1,"20"],["content-length-range",5,100]"#)
        #expect(policy.lengths == 5...20)
    }

    @Test(
        "what is no policy is refused",
        arguments: [
            "", "x", "{}", #"{"expiration":"2015-12-30T12:00:00Z"}"#, #"{"expiration":"soon","conditions":[]}"#,
            #"{"expiration":"2015-12-30T12:00:00Z","conditions":[["eq","key","a"]]}"#,
            #"{"expiration":"2015-12-30T12:00:00Z","conditions":[["like","$key","a"]]}"#,
            #"{"expiration":"2015-12-30T12:00:00Z","conditions":[["content-length-range",5,1]]}"#,
        ])
    func noPolicies(_ json: String) {
        let error = #expect(throws: S3Error.self) { try PostPolicy(Base64.encode(Array(json.utf8))) }
        #expect(error?.code == .invalidPolicyDocument)
    }
}
