import Domain
import Seeded
import Testing
import Wire

@testable import Gateway

@Suite("Listings")
struct ListingTests {
    @Test("what version 1 asks")
    func versionOne() throws {
        let request = try ListingRequest(
            QueryItems("prefix=main/a&delimiter=/&marker=main/b&max-keys=5000&encoding-type=url"), isVersionTwo: false)
        #expect(request.prefix == "main/a")
        #expect(request.delimiter == "/")
        #expect(request.after == Array("main/b".utf8))
        #expect(request.rows == 1_000)
        #expect(request.encoding == .url)
    }

    @Test("a token beats start-after, and is opaque but ours")
    func versionTwo() throws {
        let token = ContinuationToken.encode(Array("main/☃".utf8))
        let request = try ListingRequest(
            QueryItems("list-type=2&start-after=zzz&continuation-token=\(token)"), isVersionTwo: true)
        #expect(request.after == Array("main/☃".utf8))
        #expect(try ListingRequest(QueryItems("start-after=x"), isVersionTwo: true).after == Array("x".utf8))
    }

    @Test(
        "what cannot be asked",
        arguments: [
            "max-keys=-1", "max-keys=x", "encoding-type=base64", "continuation-token=", "continuation-token=*",
            "prefix=%FF",
        ])
    func refused(_ query: String) {
        let error = #expect(throws: S3Error.self) { try ListingRequest(QueryItems(query), isVersionTwo: true) }
        #expect(error?.code == .invalidArgument)
    }

    @Test(
        "a marker's place below a reference",
        arguments: [
            ("", ""), ("a", ""), ("main", ""), ("main/", ""), ("main/x", "x"), ("main0", nil), ("z", nil),
            ("main-1/x", ""),
        ] as [(String, String?)])
    func after(_ marker: String, _ rest: String?) {
        let found = KeyBytes.after(Array(marker.utf8), below: Array("main/".utf8))
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == rest)
    }

    @Test("the document of version 2")
    func document() throws {
        let request = try ListingRequest(
            QueryItems("prefix=main/&delimiter=/&max-keys=2&encoding-type=url&start-after=main/+"), isVersionTwo: true)
        let entry = Entry(
            address: .relative("x"), size: 7, checksum: "abc", modified: 1_255_369_830_042,
            attributes: ["x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT"])
        let page = ListingPage(
            groups: [
                ListingGroup(
                    head: Array("main/".utf8),
                    rows: ListRows([
                        ListRow(path: Array("a b+\u{1}<".utf8), entry: entry),
                        ListRow(path: Array("d/".utf8), entry: nil),
                    ]))
            ], next: Array("main/d/".utf8))
        let text = String(decoding: ListingAnswer.document(request, bucket: "repo", page), as: UTF8.self)
        #expect(
            text
                == """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>repo</Name><Prefix>main/</Prefix>\
                <NextContinuationToken>\(ContinuationToken.encode(Array("main/d/".utf8)))</NextContinuationToken>\
                <StartAfter>main/%20</StartAfter><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter>\
                <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents><Key>main/a%20b%2B%01%3C</Key>\
                <LastModified>2009-10-12T17:50:30.042Z</LastModified><ETag>&quot;abc&quot;</ETag>\
                <ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>7</Size><StorageClass>STANDARD</StorageClass></Contents>\
                <CommonPrefixes><Prefix>main/d/</Prefix></CommonPrefixes></ListBucketResult>
                """)
    }

    @Test("a plain row and one with more to tell are written alike, encoded or not", arguments: [true, false])
    func alike(isURL: Bool) throws {
        let query = "prefix=main/&fetch-owner=true" + (isURL ? "&encoding-type=url" : "")
        let request = try ListingRequest(QueryItems(query), isVersionTwo: true)
        let md5 = "0123456789abcdef0123456789abcdef"
        let paths = [
            "a", "a b+=%/é", "<&\">", "x\u{1}", String(repeating: "k", count: 500), String(repeating: "=é", count: 300),
        ]
        let times: [Int64] = [
            0, 1, 59_999, 86_399_999, 86_400_000, 1_255_369_830_042, 1_255_369_899_999, -1, -86_400_001,
        ]
        func text(_ contentType: String) throws -> String {
            let rows = paths.flatMap { path in
                times.map { time in
                    ListRow(
                        path: Array(path.utf8),
                        entry: Entry(
                            address: .relative("x"), size: Int64(time.magnitude % 9_973), checksum: md5,
                            modified: time, contentType: contentType))
                }
            }
            let page = ListingPage(groups: [ListingGroup(head: Array("main/".utf8), rows: ListRows(rows))])
            return String(decoding: ListingAnswer.document(request, bucket: "repo", page), as: UTF8.self)
        }
        let plain = try text(Entry.defaultContentType)
        #expect(try plain == text("text/csv"))
        #expect(plain.contains("<LastModified>2009-10-12T17:50:30.042Z</LastModified>"))
        #expect(plain.contains("<LastModified>2009-10-12T17:51:39.999Z</LastModified>"))
        #expect(plain.contains("<LastModified>1969-12-31T23:59:59.999Z</LastModified>"))
        #expect(plain.contains(isURL ? "main/a%20b%2B%3D%25/%C3%A9" : "main/a b+=%/é"))
    }

    @Test("version 1 names owner, marker and the next one")
    func documentOne() throws {
        let request = try ListingRequest(QueryItems("marker=a"), isVersionTwo: false)
        let entry = Entry(address: .relative("x"), size: 7, checksum: "abc", modified: 0)
        let page = ListingPage(
            groups: [ListingGroup(rows: ListRows([ListRow(path: Array("k&".utf8), entry: entry)]))],
            next: Array("k&".utf8))
        let text = String(decoding: ListingAnswer.document(request, bucket: "repo", page), as: UTF8.self)
        #expect(text.contains("<Marker>a</Marker><NextMarker>k&amp;</NextMarker>"))
        #expect(text.contains("<Owner><ID>tarn</ID><DisplayName>tarn</DisplayName></Owner>"))
        #expect(!text.contains("KeyCount"))
    }
}

@Suite("Branches in the order of their keys")
struct BranchOrderTests {
    private static func branches(_ names: [String]) -> (ListRange) throws -> Listed<Branch> {
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return { range in
            let found = sorted.filter {
                $0.hasPrefix(range.prefix) && range.after.utf8.lexicographicallyPrecedes($0.utf8)
            }
            let commit = try CommitID(String(repeating: "0", count: 64))
            return Listed(
                results: try found.prefix(min(range.amount, 3)).map {
                    Branch(name: try BranchName($0), commitID: commit)
                },
                hasMore: found.count > min(range.amount, 3))
        }
    }

    private static func walk(_ names: [String], prefix: String = "", marker: String = "") async throws -> [String] {
        let list = branches(names)
        var walk = ReferenceWalk(prefix: prefix, marker: Array(marker.utf8)) { range throws(S3Error) in
            do { return ReferenceWalk.Page(try list(range)) } catch { throw S3Error(.internalError) }
        }
        var found: [String] = []
        while let name = try await walk.next() { found.append(name) }
        return found
    }

    @Test("a name comes behind those that go on with a hyphen")
    func order() async throws {
        let names = ["a", "a-b", "a-b-c", "a-c", "ab", "b", "b0", "b-", "c--", "c-", "c", "Z", "_"]
        let expected = names.sorted { ($0 + "/").utf8.lexicographicallyPrecedes(($1 + "/").utf8) }
        #expect(try await Self.walk(names) == expected)
        #expect(try await Self.walk(names, prefix: "a") == expected.filter { $0.hasPrefix("a") })
    }

    @Test("pages of branches and of tags are joined as far as both are known")
    func joined() throws {
        func page(_ branches: String, _ goesOn: Bool, _ tags: String, _ tagsGoOn: Bool) throws -> ReferenceWalk.Page {
            let commit = try CommitID(String(repeating: "0", count: 64))
            return ReferenceWalk.Page(
                Listed(
                    results: try branches.split(separator: " ").map {
                        Branch(name: try BranchName(String($0)), commitID: commit)
                    }, hasMore: goesOn),
                Listed(
                    results: try tags.split(separator: " ").map {
                        Tag(name: try TagName(String($0)), commitID: commit)
                    }, hasMore: tagsGoOn))
        }
        let whole = try page("a c e", false, "b d", false)
        #expect(whole.names == ["a", "b", "c", "d", "e"] && !whole.hasMore)
        let first = try page("a c", true, "b d z", false)
        #expect(first.names == ["a", "b", "c"] && first.hasMore)
        let second = try page("a c", true, "b", true)
        #expect(second.names == ["a", "b"] && second.hasMore)
        let third = try page("", false, "b d", true)
        #expect(third.names == ["b", "d"] && third.hasMore)
    }

    @Test("random names, from random markers")
    func random() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let letters = Array("ab-0")
        func word(_ longest: UInt64) -> String {
            String((0..<(1 + random.next() % longest)).map { _ in letters[Int(random.next() % 4)] })
        }
        for _ in 0..<300 {
            let names = Array(Set((0..<12).map { _ in word(5) }.filter { (try? BranchName($0)) != nil }))
            let marker = word(6) + (random.next() % 2 == 0 ? "/" : "") + (random.next() % 3 == 0 ? word(2) : "")
            let slash = marker.firstIndex(of: "/")
            let expected = names.filter { name in
                let key = name + "/"
                // Behind the marker, or the marker is one of its keys.
                return marker.utf8.lexicographicallyPrecedes(key.utf8) || (slash != nil && marker.hasPrefix(key))
            }.sorted { ($0 + "/").utf8.lexicographicallyPrecedes(($1 + "/").utf8) }
            let found = try await Self.walk(names, marker: marker)
            #expect(found == expected, "names \(names), marker \(marker), seed \(seed)")
        }
    }
}
