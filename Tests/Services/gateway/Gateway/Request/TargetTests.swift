import Domain
import Testing

@testable import Gateway

@Suite("Targets, buckets and keys")
struct TargetTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let target: String
        var host: String?
        var bucket: String?
        var key = ""
        let rule: String

        var testDescription: String { "\(target): \(rule)" }
    }

    @Test(
        "cut and decoded once",
        arguments: [
            Case(target: "/", rule: "the service"),
            Case(target: "/repo", bucket: "repo", rule: "a bucket without a slash"),
            Case(target: "/repo/", bucket: "repo", rule: "a bucket with a slash"),
            Case(target: "/repo?prefix=x", bucket: "repo", rule: "the query is not the bucket's"),
            Case(target: "/repo/main/a", bucket: "repo", key: "main/a", rule: "a key"),
            Case(target: "/repo/main/a+b", bucket: "repo", key: "main/a+b", rule: "a plus is a plus in a path"),
            Case(target: "/repo/main/a%20b%2Bc", bucket: "repo", key: "main/a b+c", rule: "escapes are decoded"),
            Case(target: "/repo/main%2Fa", bucket: "repo", key: "main/a", rule: "an escaped slash is a slash"),
            Case(target: "/repo/main//a/", bucket: "repo", key: "main//a/", rule: "slashes are kept"),
            Case(target: "/repo//a", bucket: "repo", key: "/a", rule: "a key may begin with a slash"),
            Case(target: "/repo/main/a/../b/.", bucket: "repo", key: "main/a/../b/.", rule: "dots are kept"),
            Case(target: "/repo/main/%E2%98%83", bucket: "repo", key: "main/☃", rule: "UTF-8"),
            Case(target: "/repo/main/%01%7F", bucket: "repo", key: "main/\u{1}\u{7F}", rule: "control characters"),
            Case(target: "/main/a", host: "repo", bucket: "repo", key: "main/a", rule: "the host names the bucket"),
            Case(target: "/", host: "repo", bucket: "repo", rule: "a bucket by its host"),
            Case(target: "//a", host: "repo", bucket: "repo", key: "/a", rule: "a leading slash by host"),
        ])
    func resources(_ example: Case) throws {
        let target = try RequestTarget(example.target)
        let resource = try S3Resource(path: target.path, virtualBucket: example.host)
        #expect(resource.bucket == example.bucket)
        #expect(String(decoding: resource.key, as: UTF8.self) == example.key)
    }

    @Test(
        "bad escapes and bytes that are no UTF-8 are InvalidURI",
        arguments: [
            "/repo/main/%", "/repo/main/%1", "/repo/main/%zz", "/repo/main/%FF", "/%FF/main", "repo", "",
            "/repo/main/%C3",
        ])
    func invalid(_ target: String) {
        let error = #expect(throws: S3Error.self) {
            let target = try RequestTarget(target)
            _ = try S3Resource(path: target.path, virtualBucket: nil)
        }
        #expect(error?.code == .invalidURI)
    }

    @Test("queries: a plus is a space, an equals sign may lack, the first one counts")
    func queries() throws {
        let query = try RequestTarget("/b?prefix=a+b%2Bc&&uploads&max-keys=7&max-keys=8&x=1=2&bad=%FF").query
        #expect(try query.value("prefix") == "a b+c")
        #expect(query.contains("uploads"))
        #expect(try query.value("uploads") == "")
        #expect(try query.value("nothing") == nil)
        #expect(try query.number("max-keys") == 7)
        #expect(try query.value("x") == "1=2")
        #expect(throws: S3Error.self) { try query.value("bad") }
        #expect(throws: S3Error.self) { try query.number("prefix") }
    }

    @Test("numbers are whole, from 0 to 2³¹ − 1", arguments: ["-1", "1.5", "", "2147483648", "12345678901", "x"])
    func numbers(_ text: String) throws {
        let query = try QueryItems("n=\(text)")
        let error = #expect(throws: S3Error.self) { try query.number("n") }
        #expect(error?.code == .invalidArgument)
    }

    @Test(
        "the bucket in a host's name",
        arguments: [
            ("repo.s3.example.com", "repo"), ("REPO.S3.Example.COM:8000", "repo"), ("s3.example.com", nil),
            ("s3.example.com:80", nil), ("a.b.s3.example.com", "a.b"), ("other.org", nil), ("xs3.example.com", nil),
            (".s3.example.com", nil), ("[::1]:8000", nil), ("repo.localhost:8000", "repo"), ("localhost", nil),
            ("repo.eu.s3.example.com", "repo"),
        ] as [(String, String?)])
    func hosts(_ host: String, _ bucket: String?) {
        let domains = S3Domains("s3.example.com, localhost,eu.s3.example.com")
        #expect(domains.bucket(inHost: host) == bucket)
        #expect(S3Domains("").bucket(inHost: host) == nil)
    }
}

@Suite("Keys cut into a reference and a path")
struct VersionedPathTests {
    @Test(
        "reads",
        arguments: [
            ("main/a", "main", "a"), ("main~1/a/b", "main~1", "a/b"), ("v1.0//a", "v1.0", "/a"),
            ("main@/a", "main@", "a"),
        ])
    func reads(_ key: String, _ reference: String, _ path: String) throws {
        let target = try VersionedPath(key.utf8).readTarget()
        #expect(target.reference.description == reference)
        #expect(target.path.string == path)
    }

    @Test(
        "keys that no object can have are NoSuchKey", arguments: ["main", "main/", "a b/c", "~1/x", "main~x/a", "/a"])
    func unreadable(_ key: String) {
        let error = #expect(throws: S3Error.self) { try VersionedPath(key.utf8).readTarget() }
        #expect(error?.code == .noSuchKey)
    }

    @Test("a path has at most 1,024 bytes")
    func length() throws {
        let longest = "main/" + String(repeating: "é", count: 512)
        #expect(try VersionedPath(longest.utf8).writeTarget().path.bytes.count == 1_024)
        for key in [longest + "x", longest + "é"] {
            #expect(throws: S3Error.self) { try VersionedPath(key.utf8).readTarget() }
            let error = #expect(throws: S3Error.self) { try VersionedPath(key.utf8).writeTarget() }
            #expect(error?.code == .keyTooLong)
        }
    }

    @Test("writes need a branch and a path")
    func writes() throws {
        #expect(try VersionedPath("main/a".utf8).writeTarget().branch?.string == "main")
        // A tag may be called so: whether it exists decides what the client is told.
        #expect(try VersionedPath("v1.0/a".utf8).writeTarget().branch == nil)
        for (key, code) in [
            ("main", S3ErrorCode.invalidArgument), ("main/", .invalidArgument), ("main~1/a", .methodNotAllowed),
            ("main@/a", .methodNotAllowed), ("main$/a", .methodNotAllowed),
        ] {
            let error = #expect(throws: S3Error.self) { try VersionedPath(key.utf8).writeTarget() }
            #expect(error?.code == code)
        }
    }

    @Test(
        "sources of copies",
        arguments: [
            ("repo/main/a", "repo", "main/a"), ("/repo/main/a%20b", "repo", "main/a b"),
            ("repo/main/a+b", "repo", "main/a+b"),
            ("repo%2Fmain%2Fa", "repo", "main/a"), ("/repo/main/a?versionId=null", "repo", "main/a"),
        ])
    func sources(_ header: String, _ bucket: String, _ key: String) throws {
        let source = try CopySource(header)
        #expect(source.bucket == bucket)
        #expect(String(decoding: source.key, as: UTF8.self) == key)
    }

    @Test(
        "sources that are none",
        arguments: [
            ("", S3ErrorCode.invalidArgument), ("repo", .invalidArgument), ("/repo/", .invalidArgument),
            ("//a", .invalidArgument),
            ("repo/%FF", .invalidArgument), ("repo/%", .invalidArgument), ("repo/main/a?versionId=7", .noSuchVersion),
            ("arn:aws:s3:us-east-1:1:accesspoint/x/object/a", .notImplemented),
        ])
    func badSources(_ header: String, _ code: S3ErrorCode) {
        let error = #expect(throws: S3Error.self) { try CopySource(header) }
        #expect(error?.code == code)
    }
}
