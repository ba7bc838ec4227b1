import Domain
import Testing

@testable import Index
@testable import VersionTree

@Suite struct FoldCounterTests {
    static let branch = FoldCounter.Branch(repository: TestIndex.named("repo-one"), name: branchName("main"))

    private static func branchName(_ text: String) -> BranchName {
        do { return try BranchName(text) } catch { preconditionFailure("\(error)") }
    }

    private static func folded(rows: Int, nodes: Int) -> Applied {
        Applied(root: Tree.emptyRoot, added: rows, nodesWritten: nodes)
    }
    /// Adds rows until a fold is due.
    private static func due(_ counter: FoldCounter) -> Int {
        (1...100_000).first { _ in counter.add(1, to: branch) } ?? 0
    }

    @Test("A fold is due when a portion is staged, one at a time, and again behind it when as much came meanwhile")
    func portions() {
        let counter = FoldCounter(least: 10)
        #expect(Self.due(counter) == 10)
        #expect((0..<25).allSatisfy { _ in !counter.add(1, to: Self.branch) })
        #expect(counter.end(Self.branch, Self.folded(rows: 10, nodes: 1)))
        #expect(!counter.end(Self.branch, Self.folded(rows: 25, nodes: 2)))
        #expect(counter.add(11, to: Self.branch))
    }

    @Test(
        "Where rows have few to a node the portion grows up to 32 times the least, and shrinks where they have many"
    )
    func strewn() {
        let counter = FoldCounter(least: 10)
        for portion in [10, 40, 160, 320, 320] {
            #expect(Self.due(counter) == portion)
            #expect(!counter.end(Self.branch, Self.folded(rows: portion, nodes: portion)))
        }
        for portion in [320, 160, 80, 40, 20, 10, 10] {
            #expect(Self.due(counter) == portion)
            #expect(!counter.end(Self.branch, Self.folded(rows: 1_000, nodes: 2)))
        }
    }

    @Test("A fold that moved nothing tells nothing")
    func nothing() {
        let counter = FoldCounter(least: 10)
        #expect(Self.due(counter) == 10)
        #expect(!counter.end(Self.branch, nil))
        #expect(Self.due(counter) == 10)
    }

    @Test("However many branches there are, the next one is counted")
    func manyBranches() {
        let counter = FoldCounter(least: 2)
        let repository = TestIndex.named("repo-one")
        for number in 0..<25_000 {
            let branch = FoldCounter.Branch(repository: repository, name: Self.branchName("b\(number)"))
            #expect(!counter.add(1, to: branch))
            if number.isMultiple(of: 1_000) { #expect(counter.add(1, to: branch)) }
        }
    }
}
