import Domain
import NIOHTTP1
import Policy
import Testing
import Wire

@testable import API

@Suite("Addresses are handed out, written to and linked")
struct LinkTests {
    @Test("An address is fresh, below data/, and signed")
    func handout() async throws {
        let api = StagingFixture()
        let (first, second) = (try await api.address(), try await api.address())
        #expect(first.physicalAddress != second.physicalAddress)
        #expect(first.physicalAddress.hasPrefix("local://repo/data/2023-11-14T22/"))
        #expect(first.physicalAddress.split(separator: ",").count == 2)
        #expect(first.presignedUrl == nil && first.presignedUrlExpiry == nil)
        #expect(try await api.send(.GET, "\(StagingFixture.backing)?path=").status == 400)
        let none = try await api.send(.GET, "/repositories/repo/branches/none/staging/backing?path=a")
        #expect(none.status == 404)
        let protected = try await api.send(.GET, "/repositories/repo/branches/protected/staging/backing?path=a")
        #expect(protected.status == 403)
    }

    @Test("What was written there is linked, with what the client says of it")
    func link() async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        let answer = try await api.link(
            address, checksum: "\\\"5d41\\\" ".replacing("\\", with: ""),
            more: #","user_metadata":{"Key_One":"v"},"content_type":"text/x","mtime":1600000000"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(
            answer.text.contains(
                #""physical_address":"\#(address)","checksum":"5d41","size_bytes":5,"mtime":1600000000"#))
        let entry = try #require(api.staged.last?.entry)
        #expect(entry.address == .relative(String(address.dropFirst("local://repo/".count))))
        #expect(entry.userMetadata == ["Key_One": "v"] && entry.contentType == "text/x")
        #expect(entry.modified == 1_600_000_000_000)
        #expect(api.staged.last?.repositoryID == 7)
    }

    @Test("Left out, the time is now and the type that of bytes")
    func defaults() async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        #expect(try await api.link(address).status == 200)
        let entry = try #require(api.staged.last?.entry)
        #expect(entry.modified == Fixture.now && entry.contentType == "application/octet-stream")
        #expect(entry.userMetadata.isEmpty)
    }

    @Test("An address is good for its repository, branch and path alone, by link and by stage")
    func elsewhere() async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        for answer in [
            try await api.link(address, path: "a%2Fc"), try await api.link(address, branch: "dev"),
            try await api.link(address, repository: "other"),
            try await api.link(String(address.dropLast()) + (address.last == "A" ? "B" : "A")),
            try await api.link("local://repo/data/2023-11-14T22/0123456789abcdef0123456789abcdef"),
            try await api.stage("local://repo/data/x"), try await api.stage("local://repo/data/x,y"),
        ] {
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.message.contains("physical address"))
        }
        #expect(api.staged.all.isEmpty)
        #expect(try await api.stage(address).status == 201)
        #expect(try await api.link(address).status == 200, "an hour later it is the same bytes")
    }

    @Test("A key that is gone signs nothing any more")
    func otherKey() async throws {
        let address = try await StagingFixture(keyNumber: 2).address().physicalAddress
        let api = StagingFixture()
        api.write(address)
        #expect(try await api.link(address).status == 400)
    }

    @Test("What is not there, or of another size, is not linked")
    func missing() async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        #expect(try await api.link(address).message.contains("no object"))
        api.write(address)
        for size in [4, 6, -1, 0] { #expect(try await api.link(address, size: size).status == 400, "\(size)") }
        #expect(api.staged.all.isEmpty)
    }

    @Test(
        "A checksum has printable characters, without quotes in between",
        arguments: ["", "\"\"", " ", "a\nb", "a\"b", "a b", "é", String(repeating: "x", count: 257)])
    func checksums(checksum: String) async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        #expect(try await api.link(address, checksum: checksum).status == 400)
        #expect(try await api.stage(address, checksum: checksum).status == 400)
    }

    @Test("A time that no header can tell is refused", arguments: [-1, 253_402_300_800, .max])
    func times(seconds: Int64) async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        #expect(try await api.link(address, more: #","mtime":\#(seconds)"#).status == 400)
    }

    @Test("Conditions: only where nothing is, and no others")
    func conditions() async throws {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        #expect(try await api.link(address, headers: ["If-None-Match": "*"]).status == 200)
        #expect(try await api.link(address, headers: ["If-None-Match": "*"]).status == 412)
        #expect(try await api.link(address, headers: ["If-None-Match": "x"]).status == 501)
        #expect(try await api.link(address, headers: ["If-Match": "x"]).status == 501)
    }

    @Test(
        "An address in another repository, in Tarn's own folders or that is none is refused",
        arguments: [
            "local://other/place/data/x", "local://other/place/x", "local://repo/_tarn/objects/00/x",
            "local://repo/symlinks/repo/main/symlink.txt", "local://repo/inner/x", "s3://repo/x", "gs://repo/x", "",
            "x",
            "local://repo/a/../data/x", "local://repo//data/x", "local://repo/./data/x", "local://repo/.tarn/x",
            "local://repo/a\\b", "local://repo/a\nb", "local://repo/", "local://repo", "local:///x",
            "local://repo/" + String(repeating: "x/", count: 2_000) + "x",
        ])
    func refused(address: String) async throws {
        let api = StagingFixture(namespaces: ["local://other/place", "local://repo/inner"])
        api.write(address)
        for answer in [try await api.link(address), try await api.stage(address)] {
            #expect(answer.status == 400, "\(answer.text)")
        }
        #expect(api.staged.all.isEmpty)
    }

    @Test(
        "An address elsewhere is taken from who may import it", arguments: ["local://lake/raw/x", "local://repo/raw/x"])
    func imported(address: String) async throws {
        struct Deny: Authorizer {
            func decide(
                _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
            ) -> Rights.Decision {
                permission != Permission(.importFromStorage, on: .stored("local://lake/raw/x"))
                    && permission != Permission(.importFromStorage, on: .stored("local://repo/raw/x"))
                    ? .allowed : .unmentioned
            }
        }
        let denied = StagingFixture(authorizer: Deny())
        denied.write(address)
        let refusal = try await denied.stage(address)
        #expect(refusal.status == 401)
        #expect(refusal.message == "insufficient permissions: not allowed to fs:ImportFromStorage")
        #expect(denied.staged.all.isEmpty)

        let api = StagingFixture(namespaces: ["local://other/place", "local://lake/raw/x"])
        api.write(address)
        let answer = try await api.stage(address, more: #","metadata":{"a":"b"}"#)
        #expect(answer.status == 201)
        #expect(answer.text.contains(#""physical_address":"\#(address)""#))
        let isOwn = address.hasPrefix("local://repo/")
        #expect(api.staged.last?.entry?.address == (isOwn ? .relative("raw/x") : .full(address)))
        #expect(api.staged.last?.entry?.userMetadata == ["a": "b"])
        #expect(
            Permission(.importFromStorage, on: .stored(address)).resource.description
                == "arn:lakefs:fs:::namespace/\(address)")
    }
}
