import Cryptography
import Database
import Domain
import Testing
import VersionTree
import Wire

@testable import Index

/// Rows of nodes that somebody or something altered in Postgres: told as corrupt, never served.
@Suite struct CorruptionTests {
    enum Damage: String, CaseIterable, Sendable {
        case altered, truncated, lengthened, emptied, exchanged, missing

        /// - Parameter nodes: a condition on nodes `n`.
        func statement(_ nodes: String) -> String {
            let bytes =
                switch self {
                case .altered:
                    "set_byte(n.bytes, length(n.bytes) / 2, (get_byte(n.bytes, length(n.bytes) / 2) + 1) % 256)"
                case .truncated: "substr(n.bytes, 1, length(n.bytes) - 1)"
                case .lengthened: "n.bytes || '\\x00'::bytea"
                case .emptied: "''::bytea"
                case .exchanged:
                    """
                    (SELECT o.bytes FROM original o WHERE o.hash <> n.hash AND get_byte(o.bytes, 1) = get_byte(n.bytes, 1)
                    LIMIT 1)
                    """
                case .missing: ""
                }
            return self == .missing
                ? "DELETE FROM node n WHERE \(nodes)" : "UPDATE node n SET bytes = \(bytes) WHERE \(nodes)"
        }
    }

    /// Something to ask.
    private struct Question: Sendable {
        let name: String
        let isInLeaves: Bool
        let ask: @Sendable (TestIndex) async throws -> String

        init(_ name: String, isInLeaves: Bool = true, _ ask: @escaping @Sendable (TestIndex) async throws -> String) {
            self.name = name
            self.isInLeaves = isInLeaves
            self.ask = ask
        }
    }

    private struct Rig {
        let index: TestIndex
        let questions: [Question]
        var answers: [String: String] = [:]

        /// Trees of two levels; `dev` and `main` have each changed what the other has not, and both `k/30`.
        static func make() async throws -> Rig {
            let index = try await TestIndex.make()
            for number in 10..<70 { try await index.put("k/\(number)", TestIndex.sameEntry("1", padding: 4_000)) }
            try await index.commit()
            try await index.branch("dev")
            for (branch, numbers) in [("dev", [11, 30, 68]), ("main", [30, 45])] {
                for number in numbers {
                    try await index.put("k/\(number)", TestIndex.sameEntry(branch, padding: 4_000), on: branch)
                }
                try await index.commit(branch)
            }
            try await index.branch("dirty")
            try await index.put("k/20", TestIndex.sameEntry("2"), on: "dirty")
            try await index.sql("CREATE TABLE original AS SELECT * FROM node")
            var rig = Rig(index: index, questions: questions, answers: [:])
            for question in questions { rig.answers[question.name] = try await question.ask(index) }
            return rig
        }

        private static let questions = [
            Question("get") { "\(try await $0.entry("k/45"))" },
            Question("get what is not there") { "\(try await $0.get("k/455") ?? "nothing")" },
            Question("get below staged rows") { "\(try await $0.entry("k/45", at: "dirty"))" },
            Question("list") { "\(try await $0.list())" },
            Question("list one page") { "\(try await $0.page(after: "k/3", amount: 5).rows)" },
            Question("list below staged rows") { "\(try await $0.list("dirty"))" },
            Question("list folded") { "\(try await $0.list(delimiter: "/"))" },
            Question("two-dot diff") { "\(try await $0.diff("main", "dev"))" },
            Question("three-dot diff") { "\(try await $0.diff("main", "dev", .threeDot))" },
            Question("uncommitted") { "\(try await $0.uncommitted("dirty"))" },
            Question("conflicts") { "\(try await $0.conflicts("dev"))" },
            Question("log of a path") { "\(try await $0.log { $0.objects = ["k/45"] })" },
            Question("sum of all", isInLeaves: false) { try await sum($0, "") },
            Question("sum of a part") { try await sum($0, "k/4") },
            Question("last commits") { index in
                let page = try await index.catalog.listLastCommits(
                    ListLastCommits.Request(
                        repository: index.repository, reference: try RefExpression("main"), range: ListRange()),
                    index.context)
                return page.results.map { "\($0.path) \($0.commit?.message ?? "")" }.joined(separator: " ")
            },
        ]

        private static func sum(_ index: TestIndex, _ prefix: String) async throws -> String {
            let sums = try await index.catalog.summarizeObjects(
                SummarizeObjects.Request(
                    repository: index.repository, reference: try RefExpression("main"), prefixes: [prefix]),
                index.context)
            return "\(sums.results)"
        }

        func restore() async throws {
            try await index.sql("DELETE FROM node")
            try await index.sql("INSERT INTO node SELECT * FROM original")
        }

        /// Asks everything of a process that has nothing in memory.
        /// - Returns: those that were told that something is corrupt; all others were told what is right.
        func ask(_ what: String) async throws -> Set<String> {
            let other = try index.second()
            var failed: Set<String> = []
            for question in questions {
                do {
                    let answer = try await question.ask(other)
                    #expect(answer == answers[question.name], "\(what): \(question.name)")
                } catch {
                    #expect(RPCError(cause: error)?.code == .corrupted, "\(what): \(question.name): \(error)")
                    failed.insert(question.name)
                }
            }
            await other.catalog.database.shutdown(deadline: .now + .seconds(2))
            return failed
        }
    }

    @Test("Damage of every leaf, or of every node above, is told by whatever reads them", arguments: Damage.allCases)
    func levels(_ damage: Damage) async throws {
        let rig = try await Rig.make()
        #expect(try await rig.ask("whole").isEmpty)
        for level in 0...1 {
            try await rig.index.sql(damage.statement("get_byte(n.bytes, 1) = \(level)"))
            let expected = rig.questions.filter { $0.isInLeaves || level > 0 }.map(\.name)
            #expect(try await rig.ask("\(damage), level \(level)") == Set(expected), "level \(level)")
            try await rig.restore()
        }
        #expect(try await rig.ask("mended").isEmpty)
    }

    @Test("Whichever single node is damaged, all answers are right or none")
    func singleNodes() async throws {
        let rig = try await Rig.make()
        let nodes = try await rig.index.reachable()
        #expect(nodes.count > 8)
        let listed = try await rig.index.second()
        let tree = listed.catalog.tree(
            try await listed.repositoryID(),
            try await listed.catalog.repository(listed.repository, .now + .seconds(10)).salt, .now + .seconds(60))
        var mains: Set<[UInt8]> = []
        try await tree.walk(try await listed.state().headTree) { hash, _ in
            mains.insert(hash.bytes)
            return true
        }
        for node in nodes {
            try await rig.index.sql(Damage.altered.statement("n.hash = '\\x\(node.hex)'"))
            let failed = try await rig.ask("\(node.hex) altered")
            #expect(failed.contains("list") == mains.contains(node.bytes))
            try await rig.restore()
        }
    }

    @Test("What cannot read a node changes nothing, and does when the node is mended", arguments: [0, 1])
    func writes(_ level: Int) async throws {
        let rig = try await Rig.make()
        let (index, commits) = (rig.index, try await rig.index.count("commit"))
        let heads = try await ["main", "dev", "dirty"].asyncMap { try await index.head($0) }
        try await index.sql(Damage.altered.statement("get_byte(n.bytes, 1) = \(level)"))
        let other = try index.second()
        let operations: [(name: String, run: () async throws -> Void)] = [
            ("commit", { try await other.commit("dirty") }), ("fold", { try await other.fold("dirty") }),
            (
                "revert",
                {
                    _ = try await other.catalog.revertCommit(
                        RevertCommit.Request(
                            repository: other.repository, branch: try BranchName("main"),
                            reference: try RefExpression("main"), parentNumber: 0), other.context)
                }
            ),
            ("merge", { try await other.merge("dev", strategy: .sourceWins) }),
            ("reset", { try await other.reset(.object("k/20"), "dirty") }),
            (
                "write on a condition", { try await other.put("k/45", "3", on: "dirty", if: .ifAbsent) }
            ),
            (
                "replay",
                {
                    _ = try await other.catalog.replayBranch(
                        ReplayBranch.Request(
                            repository: other.repository, branch: try BranchName("dev"),
                            onto: try RefExpression("main"), strategy: .sourceWins), other.context)
                }
            ),
        ]
        for operation in operations {
            do {
                try await operation.run()
                Issue.record("\(operation.name) read damaged nodes")
            } catch {
                #expect(RPCError(cause: error)?.code == .corrupted, "\(operation.name): \(error)")
            }
        }
        #expect(try await index.count("commit") == commits)
        #expect(try await ["main", "dev", "dirty"].asyncMap { try await index.head($0) } == heads)
        #expect(try await index.count("turn") == 0)
        try await rig.restore()
        #expect(try await rig.ask("mended").isEmpty)
        for operation in operations where operation.name != "write on a condition" { try await operation.run() }
        #expect(try await index.contents("dirty")["k/20"] == "2")
    }

    @Test("A collection that cannot read a node removes nothing below it", arguments: [Damage.altered, .missing])
    func collection(_ damage: Damage) async throws {
        let rig = try await Rig.make()
        let (index, leaves) = (rig.index, "get_byte(bytes, 1) = 0")
        // As if no collection had seen them yet.
        let before = try await index.nodes(where: leaves)
        try await index.sql(damage.statement("get_byte(n.bytes, 1) = 1"))
        let other = try index.second()
        for _ in 0..<3 {
            try await other.pass("90 minutes")
            do {
                try await other.collect()
                Issue.record("a collection went through over damaged nodes")
            } catch {
                #expect(RPCError(cause: error)?.code == .corrupted, "\(error)")
            }
        }
        #expect(try await index.nodes(where: leaves) == before)
    }
}

extension Array {
    fileprivate func asyncMap<New>(_ transform: (Element) async throws -> New) async throws -> [New] {
        var new: [New] = []
        for element in self { new.append(try await transform(element)) }
        return new
    }
}
