import Domain
import Synchronization
import Testing
import Wire

/// Rivals on two branches, and a log of what they were acknowledged: writers and committers on `main`; on `trunk` those who
/// merge branches of their own and those who pick commits of theirs.
final class FleetLoad: Sendable {
    struct Write: Sendable {
        let path: String
        let content: Int
        let acknowledged: ContinuousClock.Instant
    }

    struct Move: Sendable {
        let commit: CommitID
        /// What it brings; nil for a commit of whatever is staged.
        let path: String?
        let began: ContinuousClock.Instant
    }

    private struct State {
        var writes: [Write] = []
        var moves: [String: [Move]] = [:]
        var writersLeft: Int
        var isDisturbed = true
    }

    private let fleet: IndexFleet
    private let writers: Int
    private let integrators: Int
    /// Of each writer; integrators do half as much. More where what is beside them takes longer.
    private let count: Int
    /// Between two writes of a writer, and two turns of an integrator.
    private let pause: Duration
    private let state: Mutex<State>

    init(_ fleet: IndexFleet, writers: Int, integrators: Int, count: Int, pause: Duration = .zero) {
        self.pause = pause
        self.fleet = fleet
        self.writers = writers
        self.integrators = integrators
        self.count = count
        state = Mutex(State(writersLeft: writers))
    }

    /// - Parameter beside: goes on at the same time; the load does not end before it.
    func run(beside: @escaping @Sendable () async throws -> Void = {}) async throws {
        _ = try await fleet.branch(0, "trunk")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers { group.addTask { try await self.write(writer) } }
            for committer in 0..<3 { group.addTask { try await self.commit(committer) } }
            for integrator in 0..<integrators { group.addTask { try await self.integrate(integrator) } }
            group.addTask {
                defer { self.state.withLock { $0.isDisturbed = false } }
                try await beside()
            }
            try await group.waitForAll()
        }
    }

    /// Writes files of its own, and one file again and again.
    private func write(_ writer: Int) async throws {
        defer { state.withLock { $0.writersLeft -= 1 } }
        var number = -1
        while number < count - 1 || state.withLock({ $0.isDisturbed }) {
            number += 1
            for path in ["own/\(writer)/\(number)", "hot/\(writer)"] {
                try await fleet.put(writer + number, path, "\(number)")
                let write = Write(path: path, content: number, acknowledged: .now)
                state.withLock { $0.writes.append(write) }
            }
            try await Task.sleep(for: pause)
        }
    }

    private func commit(_ committer: Int) async throws {
        var number = committer
        while state.withLock({ $0.writersLeft }) > 0 {
            number += 1
            let began = ContinuousClock.now
            do {
                note(Move(commit: try await fleet.commit(number).id, path: nil, began: began), on: "main")
            } catch let error as RPCError where error.code == .noChanges {}
            try await Task.sleep(for: pause + .milliseconds(Int.random(in: 0...20)))
        }
    }

    /// Merges, or picks, what it alone has changed: nothing may stand in its way.
    private func integrate(_ integrator: Int) async throws {
        let name = "side\(integrator)"
        _ = try await fleet.branch(integrator, name, from: "trunk")
        var number = -1
        while number < count / 2 - 1 || state.withLock({ $0.isDisturbed }) {
            number += 1
            let path = "side/\(integrator)/\(number)"
            try await fleet.put(integrator + number, path, "\(number)", on: name)
            let change = try await fleet.commit(integrator + number, name, path)
            let began = ContinuousClock.now
            let (repository, trunk) = (fleet.repository, try BranchName("trunk"))
            let made =
                if integrator % 2 == 0 {
                    try await fleet.settle(
                        integrator + number, MergeBranch.self,
                        MergeBranch.Request(
                            repository: repository, source: try RefExpression(name), destination: trunk))
                } else {
                    try await fleet.settle(
                        integrator + number, CherryPick.self,
                        CherryPick.Request(
                            repository: repository, branch: trunk, reference: try RefExpression(change.id.string)))
                }
            note(Move(commit: made.id, path: path, began: began), on: "trunk")
            try await Task.sleep(for: pause)
        }
    }

    private func note(_ move: Move, on branch: String) {
        state.withLock { $0.moves[branch, default: []].append(move) }
    }

    // MARK: Afterwards

    func check() async throws {
        let (writes, moves) = state.withLock { ($0.writes, $0.moves) }
        #expect(writes.count >= writers * count * 2)
        #expect(moves["trunk"]?.count ?? 0 >= integrators * (count / 2))
        for branch in ["main", "trunk"] {
            let history = try await fleet.history(0, of: branch)
            let made = (moves[branch] ?? []).map(\.commit)
            #expect(Set(made).count == made.count, "\(branch): two operations were answered the same commit")
            #expect(Set(made).isSubset(of: history.map(\.commit.id)), "\(branch): an acknowledged commit is gone")
            // Whatever was acknowledged is the only thing that moved it: the first commit is the repository's.
            #expect(history.count == made.count + 1, "\(branch): commits that nobody was told of")
            for place in history.indices.dropFirst() {
                let lost = Set(history[place - 1].contents.keys).subtracting(history[place].contents.keys)
                #expect(lost.isEmpty, "\(branch): a commit lost \(lost.prefix(3))")
            }
            if branch == "main" { try await check(writes, moves[branch] ?? [], history) }
            if branch == "trunk" { check(moves[branch] ?? [], history) }
        }
        #expect(try await fleet.strayCommits() == 0)
    }

    /// Each write is in the commits that were asked for after it was acknowledged, and there to stay.
    private func check(
        _ writes: [Write], _ moves: [Move], _ history: [(commit: Commit, contents: [String: String])]
    ) async throws {
        let now = try await fleet.contents(1)
        for write in writes where write.path.hasPrefix("own/") {
            #expect(now[write.path] == "\(write.content)", "\(write.path) was lost")
            #expect(
                history.allSatisfy { $0.contents[write.path].map { $0 == "\(write.content)" } ?? true },
                "\(write.path) is another's")
        }
        let began = Dictionary(moves.map { ($0.commit, $0.began) }) { first, _ in first }
        var newest: [String: Int] = [:]
        for (place, version) in history.enumerated() {
            for (path, content) in version.contents where path.hasPrefix("hot/") {
                let number = Int(content) ?? -1
                #expect(number >= newest[path] ?? -1, "\(path) went back")
                newest[path] = number
            }
            guard let start = began[version.commit.id] else { continue }
            for write in writes where write.acknowledged < start {
                let seen = version.contents[write.path].flatMap { Int($0) } ?? -1
                #expect(seen >= write.content, "\(write.path), acknowledged before commit \(place) began, is not in it")
            }
        }
    }

    /// Each merge and each pick brought what it had to bring, once, and in its own commit.
    private func check(_ moves: [Move], _ history: [(commit: Commit, contents: [String: String])]) {
        let paths = Dictionary(moves.map { ($0.commit, $0.path ?? "") }) { first, _ in first }
        for (place, version) in history.enumerated().dropFirst() {
            let new = Set(version.contents.keys).subtracting(history[place - 1].contents.keys)
            #expect(new == [paths[version.commit.id] ?? "?"], "commit \(place) of trunk brought \(new)")
        }
    }
}
