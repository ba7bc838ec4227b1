import Domain
import Seeded
import Testing
import Wire

@testable import Index

/// One random sequence of operations, by two processes in turns, with a plain model beside it.
///
/// Nobody else may touch what it makes: its branches and tags begin with `home`.
final class ModelRun {
    let index: TestIndex
    let other: TestIndex
    let home: String
    let entry: (String) -> Entry
    /// Whether the same content is the same entry, so that the same contents are the same tree.
    let areEntriesSame: Bool
    /// Whether nobody else uses the database, so that time may be moved.
    let isAlone: Bool
    var random: SeededGenerator
    var model: Model
    let seed: UInt64
    /// Of paths in a folder: with few of them changes meet, with more they pass by one another.
    private let spread: Int
    private var count = 0
    var what = ""
    /// What was done last, for the message of a failure.
    var last: String {
        get { "seed \(seed), step \(count): \(what)" }
        set { what = newValue }
    }
    /// The trees of contents, where entries are the same.
    var trees: [Model.Contents: String] = [:]
    /// Calls that came through, to be sent again.
    private var past: [Past] = []

    /// - Parameters:
    ///   - root: the commit that the branch `home` is at, the first of the repository.
    ///   - entry: makes an entry of a content.
    init(
        index: TestIndex, other: TestIndex, seed: UInt64, root: Commit, home: String = "main", areEntriesSame: Bool,
        entry: @escaping (String) -> Entry
    ) {
        self.index = index
        self.other = other
        self.home = home
        self.entry = entry
        self.areEntriesSame = areEntriesSame
        isAlone = home == "main"
        self.seed = seed
        random = SeededGenerator(seed: seed)
        spread = seed / 2 % 2 == 0 ? 6 : 20
        model = Model(root: Self.commit(root, [:]), branch: home)
    }

    // MARK: Choices

    var either: TestIndex { Bool.random(using: &random) ? index : other }
    /// What its names other than `home` begin with.
    var namePrefix: String { isAlone ? "" : home }
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    func chance(_ one: Int, in all: Int) -> Bool { number(0..<all) < one }
    func branch() -> String { model.branches.keys.sorted().randomElement(using: &random) ?? home }

    /// Any commit; the younger half more often.
    func commit() -> String {
        let all = model.commits.values.sorted { ($0.generation, $0.id) < ($1.generation, $1.id) }
        return all[number((chance(1, in: 2) ? all.count / 2 : 0)..<all.count)].id
    }

    func path() -> String {
        let folders = ["", "a/", "a/b/", "ab/", "c/", "ü/"]
        return (folders.randomElement(using: &random) ?? "") + "\(number(0..<spread))"
    }

    func content() -> String { ["0", "11", "222", "3333"].randomElement(using: &random) ?? "" }

    /// An expression for a commit, and the commit.
    func reference() throws -> (text: RefExpression, commit: String) {
        var text: String
        var commit: String
        switch number(0..<4) {
        case 0 where !model.tags.isEmpty:
            text = model.tags.keys.sorted().randomElement(using: &random) ?? ""
            commit = model.tags[text] ?? ""
        case 1:
            commit = self.commit()
            text = String(commit.prefix(chance(1, in: 2) ? 64 : 40))
        default:
            text = branch()
            commit = model.branches[text]?.head ?? ""
            if chance(1, in: 4) { text += "@" }
        }
        for _ in 0..<number(0..<3) where !text.hasSuffix("@") {
            let parents = model.commits[commit]?.parents ?? []
            guard !parents.isEmpty else { break }
            let place = number(0..<parents.count)
            text += place > 0 ? "^\(place + 1)" : ["^", "~", "^1", "~1"].randomElement(using: &random) ?? ""
            commit = parents[place]
        }
        return (try RefExpression(text), commit)
    }

    // MARK: Calls

    private struct Past {
        /// What it was done to; nothing is asked of a branch that is gone.
        let branch: String?
        let isWrite: Bool
        let description: String
        let again: () async throws -> Void
    }

    /// Makes a call that is to come through, and now and then makes it again, at once and later: the answer stays the same
    /// and nothing is done twice.
    func sent<Answer: Equatable>(
        on branch: String?, isWrite: Bool = false, _ body: @escaping (TestIndex) async throws -> Answer
    ) async throws -> Answer {
        let first = either
        let answer = try await WriteLog.settle { try await body(first) }
        let description = what
        let past = Past(branch: branch, isWrite: isWrite, description: description) { [unowned self] in
            let index = self.either
            let again = try await WriteLog.settle { try await body(index) }
            try #require(again == answer, "again: \(description)")
        }
        if chance(1, in: 4) { try await past.again() }
        if isAlone {
            self.past.append(past)
            if self.past.count > 40 { self.past.removeFirst() }
        }
        return answer
    }

    /// Sends a call of before again, as somebody who was cut off does.
    func again() async throws {
        guard let past = past.randomElement(using: &random) else { return }
        last = "again: \(past.description)"
        try await past.again()
    }

    func forget(_ isGone: (_ branch: String?, _ isWrite: Bool) -> Bool) {
        past.removeAll { isGone($0.branch, $0.isWrite) }
    }

    /// Expects a call to fail with this code.
    func expectFailure(_ code: RPCError.Code, _ body: (TestIndex) async throws -> some Any) async {
        let index = either
        await expectError(code) { try await WriteLog.settle { try await body(index) } }
    }

    // MARK: Commits

    static func commit(_ commit: Commit, _ contents: Model.Contents) -> Model.Commit {
        Model.Commit(
            id: commit.id.string, contents: contents, parents: commit.parents.map(\.string), created: commit.created,
            generation: commit.generation, tree: commit.metaRangeID)
    }

    /// Notes a new commit down and looks whether it is what it should be.
    func note(_ commit: Commit, _ contents: Model.Contents, parents: [String]) throws {
        try #require(commit.parents.map(\.string) == parents, "\(last)")
        let greatest = parents.compactMap { model.commits[$0]?.generation }.max() ?? 0
        try #require(commit.generation == greatest + 1, "\(last)")
        model.commits[commit.id.string] = Self.commit(commit, contents)
        guard areEntriesSame, !contents.isEmpty else { return }
        if let known = trees[contents] {
            try #require(commit.metaRangeID == known, "\(last): the same contents are another tree")
        }
        trees[contents] = commit.metaRangeID
    }

    // MARK: Steps

    func step() async throws {
        count += 1
        let branch = branch()
        switch number(0..<200) {
        case 0..<46: try await put(branch)
        case 46..<56: try await putOnCondition(branch)
        case 56..<72: try await delete(branch)
        case 72..<92: try await commit(branch)
        case 92..<95: try await commitTree(clean(branch))
        case 95..<104: try await fold(branch)
        case 104..<112: try await reset(branch)
        case 112..<119: try await makeBranch()
        case 119..<123: try await deleteBranch()
        case 123..<126: try await undeleteBranch()
        case 126..<132: try await changeTag()
        case 132..<148: try await merge(into: clean(branch))
        case 148..<154: try await revert(on: clean(branch))
        case 154..<160: try await cherryPick(on: clean(branch))
        case 160..<163: try await replay(clean(branch))
        case 163..<169: try await hardReset(branch)
        case 169..<175: try await again()
        case 175: try await sweep()
        default: try await read()
        }
    }

    /// The branch, mostly made clean for an operation that wants it so.
    private func clean(_ branch: String) async throws -> String {
        guard model.isDirty(branch), chance(5, in: 6) else { return branch }
        if chance(2, in: 3) { try await commit(branch) } else { try await reset(branch, .all) }
        return branch
    }
}
