import Domain
import JSONCodec
import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Sample data")
struct SampleDataTests {
    /// Plays the index for one repository, and notes what is done to it.
    private final class Index: Sendable {
        let staged = Mutex<[StageObject.Request]>([])
        let steps = Mutex<[String]>([])
        /// Name of the step that fails.
        let failing: String

        init(failing: String = "") { self.failing = failing }

        func fixture() -> Fixture {
            Fixture { routes in
                routes.on(CreateRepository.self) { _, _, _ in
                    try self.step("create")
                    return try Samples.repository()
                }
                routes.on(GetWriteTarget.self) { _, _, _ in
                    WriteTarget(repositoryID: 7, storageNamespace: try StorageNamespace("local://repo"))
                }
                routes.on(StageObject.self) { request, _, _ in
                    try self.step("stage")
                    self.staged.withLock { $0.append(request) }
                    return Nothing()
                }
                routes.on(CreateCommit.self) { request, _, _ in
                    try self.step("commit \(request.message)")
                    return try Samples.commit()
                }
                routes.on(SetProtection.self) { request, _, _ in
                    try self.step("protect \(request.patterns)")
                    return Nothing()
                }
                routes.on(ResetBranch.self) { _, _, _ in
                    try self.step("reset")
                    return Nothing()
                }
            }
        }

        private func step(_ name: String) throws {
            steps.withLock { if $0.last != name { $0.append(name) } }
            if !failing.isEmpty, name.hasPrefix(failing) { throw RPCError(.unavailable, "away") }
        }
    }

    private static let json = #"{"name":"repo","storage_namespace":"local://repo","sample_data":true}"#

    @Test("there is a file of each kind, in order, and each is what its name says")
    func files() throws {
        let files = Array(SampleFile.all)
        let paths = files.map(\.path)
        #expect(paths == paths.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        #expect(paths.contains("README.md") && paths.contains("lakes.parquet"))
        for (suffix, beginning) in [
            ("parquet", "PAR1"), ("png", "\u{FFFD}PNG"), ("svg", "<svg"), ("csv", "station"), ("json", "{"),
            ("md", "# "),
        ] {
            let found = files.filter { $0.path.hasSuffix(".\(suffix)") }
            #expect(!found.isEmpty, "\(suffix)")
            for file in found {
                #expect(String(buffer: file.bytes).hasPrefix(beginning), "\(file.path)")
                #expect(!file.contentType.isEmpty)
                _ = try ObjectKey(file.path)
            }
        }
        let size = files.map(\.bytes.readableBytes).reduce(0, +)
        #expect((100_000..<1_000_000).contains(size))
    }

    @Test("the files are written, staged, committed, and their branch is protected")
    func write() async throws {
        let index = Index()
        let fixture = index.fixture()
        let answer = try await fixture.send(.POST, "/repositories", json: Self.json)
        #expect(answer.status == 201)
        #expect(
            index.steps.withLock { $0 } == ["create", "stage", "commit Add sample data", "protect [\"main\"]"])
        let staged = index.staged.withLock { $0 }
        let files = Array(SampleFile.all)
        #expect(staged.map(\.path.string) == files.map(\.path))
        #expect(staged.allSatisfy { $0.branch.string == "main" })
        let stored = fixture.store.objects.withLock { $0 }
        for (request, file) in zip(staged, files) {
            let entry = try #require(request.entry)
            #expect(entry.contentType == file.contentType)
            #expect(entry.size == Int64(file.bytes.readableBytes))
            let address = try ObjectAddress(entry.address, in: StorageNamespace("local://repo"))
            #expect(stored[address.uri] == file.bytes)
        }
    }

    @Test("without being asked for, there are none")
    func none() async throws {
        let index = Index()
        let json = #"{"name":"repo","storage_namespace":"local://repo","sample_data":false}"#
        #expect(try await index.fixture().send(.POST, "/repositories", json: json).status == 201)
        #expect(index.steps.withLock { $0 } == ["create"])
    }

    @Test(
        "where a step fails, nothing stays staged, and the answer says that the repository is there",
        arguments: ["stage", "commit", "protect"])
    func failure(step: String) async throws {
        let index = Index(failing: step)
        let answer = try await index.fixture().send(.POST, "/repositories", json: Self.json)
        #expect(answer.status == 503)
        #expect(answer.text.contains("the repository was made, but not its sample data"))
        #expect(index.steps.withLock { $0.last } == "reset")
    }

    @Test("where the store fails, too")
    func storeFailure() async throws {
        let index = Index()
        let fixture = index.fixture()
        fixture.store.failure.withLock { $0.put = ObjectStoreError(.full, "no room") }
        let answer = try await fixture.send(.POST, "/repositories", json: Self.json)
        #expect(answer.status == 507)
        #expect(answer.text.contains("the repository was made"))
        #expect(index.steps.withLock { $0 } == ["create", "reset"])
    }

    @Test("a bare or read-only repository takes none, and is not made")
    func refused() async throws {
        let index = Index()
        let fixture = index.fixture()
        let readOnly =
            #"{"name":"repo","storage_namespace":"local://repo","sample_data":true,"read_only":true}"#
        #expect(try await fixture.send(.POST, "/repositories", json: readOnly).status == 400)
        #expect(try await fixture.send(.POST, "/repositories?bare=true", json: Self.json).status == 400)
        #expect(index.steps.withLock { $0.isEmpty })
    }
}
