import Domain
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct ConditionalTests {
    enum Place: String, CaseIterable {
        case nowhere, open, lower, folded, committed, tombstoneOpen, tombstoneFolded, tombstoneCommitted
    }

    /// Brings the branch into a state in which `a` is somewhere.
    private static func prepare(_ index: TestIndex, _ place: Place) async throws {
        switch place {
        case .nowhere: break
        case .open: try await index.put("a", "1")
        case .lower:
            try await index.put("a", "1")
            let state = try #require(
                try await index.catalog.branchState(
                    index.repository, try BranchName("main"), OperationID(), .max, .now + .seconds(10)))
            _ = try await index.catalog.seal(state, .now + .seconds(10))
        case .folded:
            try await index.put("a", "1")
            try await index.fold()
        case .committed:
            try await index.put("a", "1")
            try await index.commit()
        case .tombstoneOpen:
            try await prepare(index, .committed)
            try await index.delete("a")
        case .tombstoneFolded:
            try await prepare(index, .tombstoneOpen)
            try await index.fold()
        case .tombstoneCommitted:
            try await prepare(index, .tombstoneOpen)
            try await index.commit()
        }
    }

    @Test("If-None-Match writes only where nothing is; If-Match only over what it names", arguments: Place.allCases)
    func conditions(_ place: Place) async throws {
        let index = try await TestIndex.make()
        try await Self.prepare(index, place)
        let isThere = [.open, .lower, .folded, .committed].contains(place)
        if isThere {
            await expectError(.preconditionFailed, "path already exists") {
                try await index.put("a", "2", if: .ifAbsent)
            }
            await expectError(.preconditionFailed) { try await index.put("a", "2", if: .ifMatch("other")) }
            #expect(try await index.get("a") == "1")
            try await index.put("a", "2", if: .ifMatch("1"))
        } else {
            await expectError(.notFound) { try await index.put("a", "2", if: .ifMatch("1")) }
            #expect(try await index.get("a") == nil)
            try await index.put("a", "2", if: .ifAbsent)
        }
        #expect(try await index.get("a") == "2")
    }

    @Test("A conditional write sent again has succeeded, though its condition does not hold any more")
    func repeated() async throws {
        let index = try await TestIndex.make()
        let operation = OperationID()
        try await index.put("a", "1", if: .ifAbsent, operation: operation)
        try await index.put("a", "1", if: .ifAbsent, operation: operation)
        try await index.commit()
        try await index.put("a", "1", if: .ifAbsent, operation: operation)
        #expect(try await index.uncommitted() == [])
    }

    @Test("Of a race of conditional writes one wins, whatever else happens to the branch")
    func race() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        for round in 0..<6 {
            let path = "race-\(round)"
            let winners = await withTaskGroup(of: String?.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let own = "\(round)-\(number)"
                        do {
                            try await (number % 2 == 0 ? index : other).put(path, own, if: .ifAbsent)
                            return own
                        } catch {
                            return nil
                        }
                    }
                }
                group.addTask {
                    _ = try? await index.put("noise", "\(round)")
                    _ = try? await index.commit()
                    return nil
                }
                return await group.reduce(into: [String]()) { if let own = $1 { $0.append(own) } }
            }
            #expect(winners.count == 1)
            #expect(try await index.get(path) == winners.first)
        }
    }

    @Test("Counting by If-Match loses no step")
    func compareAndSwap() async throws {
        let index = try await TestIndex.make()
        let other = try index.second()
        try await index.put("count", "0")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let own = number % 2 == 0 ? index : other
                    var steps = 0
                    while steps < 5 {
                        guard let old = try? await own.get("count"), let value = Int(old) else { continue }
                        if (try? await own.put("count", "\(value + 1)", if: .ifMatch(old))) != nil { steps += 1 }
                    }
                }
            }
            group.addTask { for _ in 0..<5 { _ = try? await index.commit() } }
        }
        #expect(try await index.get("count") == "20")
    }
}
