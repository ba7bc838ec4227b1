import Database
import Domain
import Synchronization
import Testing
import Wire

@testable import Index

/// Load on one branch over several processes, with a log of what was acknowledged, to be checked against the history.
final class WriteLog: Sendable {
    struct Write: Sendable {
        let path: String
        let content: String
        let acknowledged: ContinuousClock.Instant
    }

    struct Move: Sendable {
        let commit: Commit
        let began: ContinuousClock.Instant
    }

    private let state = Mutex((writes: [Write](), moves: [Move]()))

    var writes: [Write] { state.withLock { $0.writes } }
    var moves: [Move] { state.withLock { $0.moves } }

    /// Repeats a call with the same operation id until its outcome is known, as a gateway does.
    static func settle<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await body()
            } catch {
                guard let cause = RPCError(cause: error), ContinuousClock.now < end,
                    [.unavailable, .outcomeUnknown, .deadlineExceeded].contains(cause.code)
                else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Writes files of its own, and one file again and again; now and then sends a write twice.
    func write(_ index: TestIndex, _ writer: Int, count: Int) async throws {
        for number in 0..<count {
            for path in ["own/\(writer)/\(number)", "hot/\(writer)"] {
                let operation = OperationID()
                let entry = TestIndex.entry("\(number)")
                try await Self.settle { try await index.put(path, entry, operation: operation) }
                let write = Write(path: path, content: "\(number)", acknowledged: .now)
                state.withLock { $0.writes.append(write) }
                if number % 7 == 0 {
                    try await Self.settle { try await index.put(path, entry, operation: operation) }
                }
            }
        }
    }

    /// Commits until told to stop.
    func commit(_ index: TestIndex, while isWriting: @Sendable () -> Bool) async throws {
        while isWriting() {
            let operation = OperationID()
            let began = ContinuousClock.now
            do {
                let commit = try await Self.settle { try await index.commit("main", "load", operation: operation) }
                state.withLock { $0.moves.append(Move(commit: commit, began: began)) }
            } catch let error as RPCError where error.code == .noChanges {}
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...15)))
        }
    }

    /// Checks every acknowledged write against every commit of the branch.
    func check(_ index: TestIndex) async throws {
        var history: [(commit: Commit, contents: [String: String])] = []
        var reference = "main"
        while true {
            let commit = try await index.commit(of: reference)
            history.append((commit, try await index.contents(commit.id.string)))
            guard let parent = commit.parents.first else { break }
            reference = parent.string
        }
        history.reverse()
        let began = Dictionary(moves.map { ($0.commit.id, $0.began) }) { first, _ in first }
        #expect(Set(began.keys).isSubset(of: history.map(\.commit.id)), "an acknowledged commit is not in the history")

        var first: [String: Int] = [:]
        for (place, version) in history.enumerated() {
            for (path, content) in version.contents {
                if first[path] == nil { first[path] = place }
                guard place > 0, let old = history[place - 1].contents[path] else { continue }
                if path.hasPrefix("own/") { #expect(content == old, "\(path) was written twice") }
                if path.hasPrefix("hot/") {
                    #expect((Int(content) ?? -1) >= (Int(old) ?? -1), "\(path) went back from \(old) to \(content)")
                }
            }
            if place > 0 {
                let lost = Set(history[place - 1].contents.keys).subtracting(version.contents.keys)
                #expect(lost.isEmpty, "a commit lost \(lost.prefix(3))")
            }
        }
        let now = try await index.contents()
        for write in writes {
            if write.path.hasPrefix("own/") { #expect(now[write.path] == write.content, "\(write.path) was lost") }
            // Whatever was acknowledged before a commit was asked for is in it.
            for (place, version) in history.enumerated() {
                guard let start = began[version.commit.id], write.acknowledged < start else { continue }
                if let seen = version.contents[write.path] {
                    #expect((Int(seen) ?? -1) >= (Int(write.content) ?? 0), "\(write.path) is older than acknowledged")
                } else {
                    Issue.record("\(write.path), acknowledged before commit \(place) began, is not in it")
                }
            }
        }
    }
}
