import Cryptography
import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Policy
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Reads and writes without credentials")
struct PresignedTests {
    private static let md5 = "5d41402abc4b2a76b9719d911017c592"

    @Test("A write to a presigned address, linked with the entity tag it got, is the object")
    func writeAndLink() async throws {
        let api = StagingFixture()
        let location = try await api.address(presigned: true)
        let url = try #require(location.presignedUrl)
        #expect(location.presignedUrlExpiry == Fixture.now / 1_000 + 900)
        let written = try await api.follow(.PUT, url, body: "hello")
        #expect(written.status == 200)
        #expect(written.header("ETag") == "\"\(Self.md5)\"")
        #expect(try await api.link(location.physicalAddress, checksum: written.header("ETag") ?? "").status == 200)
        #expect(api.staged.last?.entry?.checksum == Self.md5)
    }

    @Test("What is there is not replaced; the same bytes again are the same answer")
    func createsOnly() async throws {
        let api = StagingFixture()
        let location = try await api.address(presigned: true)
        let url = try #require(location.presignedUrl)
        #expect(try await api.follow(.PUT, url, body: "hello").status == 200)
        #expect(try await api.follow(.PUT, url, body: "jello").status == 412)
        #expect(try await api.follow(.PUT, url, body: "").status == 412)
        let again = try await api.follow(.PUT, url, body: "hello")
        #expect(again.status == 200 && again.header("ETag") == "\"\(Self.md5)\"")
        #expect(try await api.link(location.physicalAddress).status == 200)
        #expect(try await api.follow(.GET, url).status == 403, "a URL to write is none to read")
        #expect(try await api.follow(.DELETE, url).status == 403)
    }

    @Test("A body is checked against Content-MD5, and its length against what was announced")
    func bodies() async throws {
        let api = StagingFixture()
        let url = try #require(try await api.address(presigned: true).presignedUrl)
        let wrong = Base64.encode(MD5.hash("other").bytes)
        #expect(try await api.follow(.PUT, url, headers: ["Content-MD5": wrong], body: "hello").status == 400)
        #expect(try await api.follow(.PUT, url, headers: ["Content-MD5": "x"], body: "hello").status == 400)
        let right = Base64.encode(MD5.hash("hello").bytes)
        #expect(try await api.follow(.PUT, url, headers: ["Content-MD5": right], body: "hello").status == 200)
    }

    @Test("Size and headers that were signed bind the write")
    func bounds() async throws {
        let api = StagingFixture()
        let key = try await api.fixture.services.presigning.current(
            CallContext(principal: nil, traceParent: "", deadline: .now + .seconds(30)))
        let request = SignedRequest(
            work: .put, address: try .init(uri: "local://repo/data/h/x"), expires: Fixture.now / 1_000 + 1, maxBytes: 4,
            headers: [.init(name: "content-type", value: "text/csv")])
        let url = "http://tarn.example:8000" + request.target(signedWith: key)
        let csv: HTTPHeaders = ["Content-Type": "text/csv"]
        #expect(try await api.follow(.PUT, url, headers: csv, body: "hello").status == 413)
        let chunked = try await api.fixture.send(
            .PUT, "/" + request.target(signedWith: key), headers: csv, body: BufferedBody("hello", pieceBytes: 2),
            length: nil, isAuthorized: false)
        #expect(chunked.status == 413)
        #expect(api.fixture.store.objects.withLock { $0.isEmpty })
        #expect(try await api.follow(.PUT, url, body: "hell").status == 403)
        #expect(try await api.follow(.PUT, url, headers: ["Content-Type": "text/html"], body: "hell").status == 403)
        #expect(try await api.follow(.PUT, url, headers: csv, body: "hell").status == 200)
    }

    @Test("An address that has expired is told so, and a changed one is not valid")
    func expiry() async throws {
        let api = StagingFixture()
        let key = try await api.fixture.services.presigning.current(
            CallContext(principal: nil, traceParent: "", deadline: .now + .seconds(30)))
        let request = SignedRequest(
            work: .put, address: try .init(uri: "local://repo/data/h/x"), expires: Fixture.now / 1_000, maxBytes: 4,
            headers: [])
        let url = "http://tarn.example:8000" + request.target(signedWith: key)
        #expect(try await api.follow(.PUT, url, body: "x").message == "the address has expired")
        let later = url.replacing("expires=\(request.expires)", with: "expires=\(request.expires + 60)")
        let refused = try await api.follow(.PUT, later, body: "x")
        #expect(refused.status == 403 && refused.message.contains("signature"))
        #expect(try await api.follow(.PUT, "http://tarn.example:8000/_presigned/repo/x", body: "x").status == 403)
        #expect(try await api.follow(.PUT, "http://tarn.example:8000/_presigned/", body: "x").status == 403)
        #expect(try await api.fixture.send(.GET, "//_presigned", isAuthorized: false).status == 404)
        #expect(api.fixture.store.objects.withLock { $0.isEmpty })
    }

    @Test("Without an answer of auth nothing is said of a signature")
    func authAway() async throws {
        let api = StagingFixture()
        let url = try #require(try await api.address(presigned: true).presignedUrl)
        let away = Fixture(auth: { routes in
            Fixture.acceptTheKey(&routes)
            routes.on(GetPurposeKeys.self) { _, _, _ in throw RPCError(.unavailable, "away") }
        })
        let target = "/" + url.dropFirst("http://tarn.example:8000".count)
        #expect(try await away.send(.PUT, target, isAuthorized: false).status == 503)
    }

    // MARK: Reads

    private func written() async throws -> StagingFixture {
        let api = StagingFixture()
        let address = try await api.address().physicalAddress
        api.write(address)
        #expect(try await api.link(address, checksum: Self.md5, more: #","content_type":"text/csv""#).status == 200)
        return api
    }

    private static let objects = "/repositories/repo/refs/main/objects"

    @Test("An object is read where presign=true sends the client, with its headers, ranges and conditions")
    func read() async throws {
        let api = try await written()
        let redirect = try await api.send(.GET, "\(Self.objects)?path=a%2Fb&presign=true")
        #expect(redirect.status == 302)
        let url = try #require(redirect.header("Location"))
        let whole = try await api.follow(.GET, url)
        #expect(whole.status == 200)
        #expect(try await whole.content() == "hello")
        #expect(whole.header("ETag") == "\"\(Self.md5)\"")
        #expect(whole.header("Content-Type") == "text/csv")
        #expect(whole.header("Content-Disposition") == "inline")
        #expect(whole.header("Content-Security-Policy")?.contains("sandbox") == true)
        #expect(whole.header("X-Content-Type-Options") == "nosniff")
        let part = try await api.follow(.GET, url, headers: ["Range": "bytes=1-3"])
        #expect(part.status == 206 && part.header("Content-Range") == "bytes 1-3/5")
        #expect(try await part.content() == "ell")
        let behind = try await api.follow(.GET, url, headers: ["Range": "bytes=5-"])
        #expect(behind.status == 416 && behind.header("Content-Range") == "bytes */5")
        #expect(try await api.follow(.GET, url, headers: ["Range": "lines=1"]).status == 400)
        #expect(try await api.follow(.GET, url, headers: ["If-None-Match": "\"\(Self.md5)\""]).status == 304)
        let other = try await api.follow(.GET, url, headers: ["Range": "bytes=1-3", "If-Range": "\"x\""])
        #expect(other.status == 200)
        let head = try await api.follow(.HEAD, url)
        guard case .head(5) = head.content else {
            Issue.record("no length")
            return
        }
        #expect(try await api.follow(.PUT, url, body: "x").status == 403)
    }

    @Test("Stat and listings show the URL and its end; objects the caller may not read keep their address")
    func statAndList() async throws {
        let api = try await written()
        let stat = try await api.send(.GET, "\(Self.objects)/stat?path=a%2Fb&presign=true")
        #expect(stat.status == 200)
        let row: Row = try stat.decoded()
        #expect(row.physicalAddressExpiry == Fixture.now / 1_000 + 900)
        #expect(try await api.follow(.GET, row.physicalAddress).content() == "hello")
        let plain: Row = try await api.send(.GET, "\(Self.objects)/stat?path=a%2Fb").decoded()
        #expect(plain.physicalAddress.hasPrefix("local://repo/data/") && plain.physicalAddressExpiry == nil)
    }

    @Test("A listing shows URLs of those objects that the caller may read")
    func list() async throws {
        struct Some: Authorizer {
            let path: String
            func decide(
                _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
            ) -> Rights.Decision {
                guard case .object(_, let key) = permission.resource else { return .allowed }
                return permission.action != .readObject || key.string == path ? .allowed : .denied
            }
        }
        for (path, isSigned) in [("a/b", true), ("other", false)] {
            let api = StagingFixture(authorizer: Some(path: path))
            let address = try await api.address().physicalAddress
            api.write(address)
            #expect(try await api.link(address).status == 200)
            let answer = try await api.send(.GET, "\(Self.objects)/ls?presign=true")
            let rows: Rows = try answer.decoded()
            let row = try #require(rows.results.first)
            #expect((row.physicalAddressExpiry != nil) == isSigned)
            if isSigned {
                #expect(try await api.follow(.GET, row.physicalAddress).content() == "hello")
            } else {
                #expect(row.physicalAddress == address)
            }
        }
    }

    private struct Rows: Decodable {
        var results: [Row]
    }

    private struct Row: Decodable {
        var physicalAddress: String
        var physicalAddressExpiry: Int64?
    }

    @Test("A URL names Tarn as the client does")
    func base() async throws {
        let api = try await written()
        let without = try await api.fixture.send(.GET, "\(Self.objects)?path=a%2Fb&presign=true")
        #expect(without.status == 400, "nobody knows where Tarn is")
    }

    @Test("A URL names Tarn as it is configured, for as long as is configured")
    func configured() async throws {
        var settings = APISettings(defaultNamespacePrefix: "local://")
        settings.endpointURL = "https://tarn.example"
        settings.presignedSeconds = 60
        let location = try await StagingFixture(settings: settings).address(presigned: true)
        #expect(location.presignedUrl?.hasPrefix("https://tarn.example/_presigned/repo/data/") == true)
        #expect(location.presignedUrlExpiry == Fixture.now / 1_000 + 60)
    }

    @Test("Turned off, there are no URLs, the configuration says so, and addresses are handed out all the same")
    func turnedOff() async throws {
        var settings = APISettings(defaultNamespacePrefix: "local://")
        settings.presigns = false
        let api = StagingFixture(settings: settings)
        #expect(try await api.send(.GET, "\(StagingFixture.backing)?path=a&presign=true").status == 501)
        #expect(try await api.send(.POST, "\(StagingFixture.uploads)?path=a").status == 501)
        let configuration = try await api.send(.GET, "/config").text
        for name in ["pre_sign_support", "pre_sign_support_ui", "pre_sign_multipart_upload"] {
            #expect(configuration.contains("\"\(name)\":false"))
        }
        #expect(try await api.address().presignedUrl == nil)
    }
}
