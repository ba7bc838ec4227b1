import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct RepositoryMetadataTests {
    private static func get(_ index: TestIndex) async throws -> [String: String] {
        try await index.catalog.getRepositoryMetadata(
            GetRepositoryMetadata.Request(repository: index.repository), index.context
        ).values
    }

    private static func change(
        _ index: TestIndex, set: [String: String] = [:], remove: [String] = [], operation: OperationID = OperationID()
    ) async throws {
        _ = try await index.catalog.changeRepositoryMetadata(
            ChangeRepositoryMetadata.Request(
                repository: index.repository, set: set, removed: remove, operationID: operation), index.context)
    }

    @Test("Keys are added, changed and removed; unknown ones are no error")
    func change() async throws {
        let index = try await TestIndex.make()
        #expect(try await Self.get(index) == [:])
        try await Self.change(index, set: ["a": "1", "b \"": "ü\n", "": ""])
        #expect(try await Self.get(index) == ["a": "1", "b \"": "ü\n", "": ""])
        try await Self.change(index, set: ["a": "2", "c": "3"])
        try await Self.change(index, remove: ["c", "nothing", ""])
        #expect(try await Self.get(index) == ["a": "2", "b \"": "ü\n"])
        try await Self.change(index)
        #expect(try await Self.get(index).count == 2)
        let unknown = TestIndex.named("nothing")
        await expectError(.notFound, "repository not found") {
            try await index.catalog.getRepositoryMetadata(
                GetRepositoryMetadata.Request(repository: unknown), index.context)
        }
        await expectError(.notFound, "repository not found") {
            try await index.catalog.changeRepositoryMetadata(
                ChangeRepositoryMetadata.Request(repository: unknown, set: ["a": "1"]), index.context)
        }
    }

    @Test("The same call sent again does not undo what came after it")
    func repeated() async throws {
        let index = try await TestIndex.make()
        let operation = OperationID()
        try await Self.change(index, set: ["a": "1"], operation: operation)
        try await Self.change(index, set: ["a": "2"])
        try await Self.change(index, set: ["a": "1"], operation: operation)
        #expect(try await Self.get(index) == ["a": "2"])
    }

    @Test("What is set at the same time is all there, and no more than the limit")
    func concurrent() async throws {
        let index = try await TestIndex.make()
        let second = try index.second()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await Self.change(number % 2 == 0 ? index : second, set: ["\(number)": "\(number)"])
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.get(index).count == 20)
        let much = String(repeating: "x", count: Catalog.maxMetadataBytes)
        await expectError(.invalidArgument) { try await Self.change(index, set: ["much": much]) }
        #expect(try await Self.get(index).count == 20)
    }
}
