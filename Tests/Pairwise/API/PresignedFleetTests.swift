import FoundationEssentials
import ServiceKit
import TestSupport
import Testing
import Wire

/// Two APIs on one index, one auth and one store, all as users run them.
private struct Fleet {
    let clients: [RESTClient]
    let auth: ServiceProcess

    static func run(_ body: (Fleet) async throws -> Void) async throws {
        let store = try TemporaryFolder()
        let index = try await RealServices.index()
        let auth = try await RealServices.auth()
        let apis = try (0..<2).map { _ in
            try RealServices.api(index: index.address, auth: auth.address, store: store)
        }
        defer {
            for service in apis + [index, auth] { service.kill() }
        }
        for service in [index, auth] + apis { try await service.start() }
        let ports = try apis.map { try #require($0.publicPort) }
        let made = try await RESTClient(port: ports[0]).send(
            "POST", "/setup_lakefs", json: #"{"username":"root"}"#,
            headers: ["X-Tarn-Setup-Token": RealServices.setupToken])
        let key: Key = try made.decoded()
        let fleet = Fleet(
            clients: ports.map {
                RESTClient(port: $0, authorization: RESTClient.basic(key.accessKeyId, key.secretAccessKey))
            }, auth: auth)
        let repository = try await fleet.clients[0].send(
            "POST", "/repositories", json: #"{"name":"repo","storage_namespace":"local://repo"}"#)
        #expect(repository.status == 201, "\(repository.text)")
        try await body(fleet)
    }

    /// A request without credentials to a URL that one API signed, made to another.
    func follow(_ method: String, _ url: String, on api: Int, body: String = "") async throws -> RawResponse {
        let base = "http://localhost"
        #expect(url.hasPrefix(base + "/_presigned/"), "\(url)")
        return try await RawHTTPClient.exchange(
            port: clients[api].port,
            "\(method) \(url.dropFirst(base.count)) HTTP/1.1\r\nHost: other\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private struct Key: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
    }
}

private struct Location: Decodable {
    var physicalAddress: String
    var presignedUrl: String?
    var uploadId: String?
    var presignedUrls: [String]?
}

extension RawResponse {
    fileprivate func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(body))
    }
}

@Suite("Two APIs are one to clients without credentials", .serialized)
struct PresignedFleetTests {
    private static let staging = "/repositories/repo/branches/main/staging"

    @Test("what one hands out another takes bytes for, links and reads; a restart of auth changes nothing")
    func staging() async throws {
        try await Fleet.run { fleet in
            let handed = try await fleet.clients[0].send("GET", "\(Self.staging)/backing?path=a&presign=true")
            let location: Location = try handed.decoded()
            let url = try #require(location.presignedUrl)
            let written = try await fleet.follow("PUT", url, on: 1, body: "hello")
            #expect(written.status == 200, "\(written.text)")
            fleet.auth.kill()
            try await fleet.auth.start()
            var linked = try await link(location, on: fleet.clients[1])
            for _ in 0..<50 where linked.status == 503 {
                try await Task.sleep(for: .milliseconds(100))
                linked = try await link(location, on: fleet.clients[1])
            }
            #expect(linked.status == 200, "\(linked.text)")
            #expect(try await fleet.follow("PUT", url, on: 0, body: "other").status == 412)
            let stat = try await fleet.clients[1].send(
                "GET", "/repositories/repo/refs/main/objects/stat?path=a&presign=true")
            let shown: Location = try stat.decoded()
            #expect(try await fleet.follow("GET", shown.physicalAddress, on: 0).text == "hello")
            #expect(try await fleet.follow("GET", shown.physicalAddress + "0", on: 0).status == 403)
        }
    }

    private func link(_ location: Location, on client: RESTClient) async throws -> RawResponse {
        try await client.send(
            "PUT", "\(Self.staging)/backing?path=a",
            json: """
                {"staging":{"physical_address":"\(location.physicalAddress)"},"checksum":"c","size_bytes":5}
                """)
    }

    @Test("an upload begun with one is written and completed with another")
    func parts() async throws {
        try await Fleet.run { fleet in
            let begun = try await fleet.clients[0].send("POST", "\(Self.staging)/pmpu?path=a&parts=2")
            #expect(begun.status == 201, "\(begun.text)")
            let upload: Location = try begun.decoded()
            var parts: [String] = []
            for (index, url) in (upload.presignedUrls ?? []).enumerated() {
                let written = try await fleet.follow("PUT", url, on: 1 - index, body: "part \(index),")
                #expect(written.status == 200, "\(written.text)")
                let tag = try #require(written.header("etag")).filter { $0 != "\"" }
                parts.append(#"{"part_number":\#(index + 1),"etag":"\#(tag)"}"#)
            }
            let completion = """
                {"physical_address":"\(upload.physicalAddress)","parts":[\(parts.joined(separator: ","))]}
                """
            for client in fleet.clients.reversed() {
                let completed = try await client.send(
                    "PUT", "\(Self.staging)/pmpu/\(upload.uploadId ?? "")?path=a", json: completion)
                #expect(completed.status == 200, "\(completed.text)")
            }
            let read = try await fleet.clients[0].send("GET", "/repositories/repo/refs/main/objects?path=a")
            #expect(read.text == "part 0,part 1,")
        }
    }
}
