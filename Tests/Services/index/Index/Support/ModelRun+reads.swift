import Domain
import Testing
import Wire

@testable import Index

/// What the index shows, with every parameter, against what the model shows.
extension ModelRun {
    func read() async throws {
        switch number(0..<8) {
        case 0, 1: try await checkListing()
        case 2: try await checkUncommitted()
        case 3, 4: try await checkDiff()
        case 5: try await checkLog()
        case 6: try await checkEntries()
        default: try await checkNames()
        }
    }

    private func page() -> ModelPage {
        var page = ModelPage(amount: [1, 2, 5, 1_000].randomElement(using: &random) ?? 1)
        page.prefix = ["", "", "a", "a/", "a/b/", "ab", "ü/", "x"].randomElement(using: &random) ?? ""
        page.delimiter = ["", "", "/", "b", "/b", "b/"].randomElement(using: &random) ?? ""
        switch number(0..<5) {
        case 0: page.after = path()
        case 1: page.after = ["a", "a/", "a/b", "a/b/", "ab/", "~", "ü/"].randomElement(using: &random) ?? ""
        default: break
        }
        return page
    }

    private func range(_ page: ModelPage) -> ListRange {
        ListRange(prefix: page.prefix, after: page.after, amount: page.amount)
    }

    /// An expression for objects, and what it shows.
    private func view() throws -> (text: String, contents: Model.Contents) {
        let branch = branch()
        switch number(0..<6) {
        case 0..<3: return (branch + (chance(1, in: 4) ? "$" : ""), model.contents(branch))
        case 3: return (branch + "@", model.committed(branch))
        default:
            let reference = try reference()
            // A branch alone shows what is staged, too.
            guard model.branches[reference.text.string] == nil else { return (branch, model.contents(branch)) }
            return (reference.text.string, model.contents(of: reference.commit))
        }
    }

    private func checkListing() async throws {
        let (page, (text, contents)) = (page(), try view())
        last = "list \(text), \(page)"
        let expected = page.list(contents)
        let answer = try await either.page(
            text, prefix: page.prefix, after: page.after, delimiter: page.delimiter, amount: page.amount)
        let rows = answer.rows.map { row in
            let path = String(decoding: row.path, as: UTF8.self)
            return row.entry.map { "\(path)=\($0.checksum)" } ?? path
        }
        try #require(rows == expected.0 && answer.hasMore == expected.1, "\(last): \(expected)")
        var all = page
        (all.after, all.amount) = ("", 1_000)
        try #require(
            try await either.list(text, prefix: page.prefix, delimiter: page.delimiter, amount: page.amount)
                == all.list(contents).0, "\(last), all pages")
    }

    private func checkUncommitted() async throws {
        let (page, branch) = (page(), branch())
        last = "uncommitted of \(branch), \(page)"
        let answer = try await either.catalog.diffBranch(
            DiffBranch.Request(
                repository: index.repository, branch: try BranchName(branch), range: range(page),
                delimiter: page.delimiter), index.context)
        try check(answer, page.diff(model.committed(branch), model.contents(branch)))
        var all = page
        (all.after, all.amount) = ("", 1_000)
        try #require(
            try await either.uncommitted(
                branch, prefix: page.prefix, delimiter: page.delimiter, amount: page.amount)
                == all.diff(model.committed(branch), model.contents(branch)).0, "\(last), all pages")
    }

    private func check(_ answer: Listed<DiffRow>, _ expected: ([String], Bool)) throws {
        let rows = try answer.results.map { row -> String in
            try #require(row.isPrefix == (row.kind == .prefixChanged), "\(last)")
            return TestIndex.text(row)
        }
        try #require(rows == expected.0 && answer.hasMore == expected.1, "\(last): \(expected)")
    }

    private func checkDiff() async throws {
        let (page, left, right) = (page(), try reference(), try reference())
        let contents = (model.contents(of: left.commit), model.contents(of: right.commit))
        func diff(_ right: RefExpression, _ type: DiffType) async throws -> Listed<DiffRow> {
            let answer = try await either.catalog.diffRefs(
                DiffRefs.Request(
                    repository: index.repository, left: left.text, right: right, type: type, range: range(page),
                    delimiter: page.delimiter, includesRight: true), index.context)
            return answer
        }
        switch number(0..<3) {
        case 0:
            last = "two-dot diff of \(left.text) and \(right.text), \(page)"
            let answer = try await diff(right.text, .twoDot)
            try check(answer, page.diff(contents.0, contents.1))
            for row in answer.results where !row.isPrefix {
                try #require(row.right?.checksum == contents.1[row.path], "\(last)")
                let size = (contents.1[row.path] ?? contents.0[row.path])?.utf8.count
                try #require(row.size == size.map { Int64($0) }, "\(last)")
            }
        case 1:
            let branch = branch()
            last = "two-dot diff of \(left.text) and \(branch)$, \(page)"
            try check(
                try await diff(try RefExpression(branch + "$"), .twoDot),
                page.diff(contents.0, model.contents(branch)))
        default:
            last = "three-dot diff of \(left.text) and \(right.text), \(page)"
            let bases = model.bases(left.commit, right.commit)
            // Of several bases the index takes one; the merge tells which, the diff does not.
            guard bases.count == 1, let base = bases.first else { return }
            try check(
                try await diff(right.text, .threeDot),
                page.diff(base: model.contents(of: base), left: contents.0, right: contents.1))
        }
    }

    private func checkLog() async throws {
        let reference = try reference()
        var query = ModelLog(firstParentOnly: chance(1, in: 3))
        let times = model.commits.values.map(\.created).sorted()
        if chance(1, in: 4) { query.since = times.randomElement(using: &random) }
        if chance(1, in: 4) { query.stopAt = commit() }
        if chance(1, in: 3) { query.objects = [path(), path()] }
        if chance(1, in: 3) { query.prefixes = ["a/", "c"] }
        last = "log of \(reference.text), \(query)"
        let all = model.log(reference.commit, query)
        let amount = [1, 3, 20].randomElement(using: &random) ?? 1
        let start = chance(1, in: 2) ? 0 : number(0..<all.count + 1)
        let isLimited = chance(1, in: 4)
        what += ", after row \(start), \(amount) a page\(isLimited ? ", no more" : "")"
        let page = try await either.catalog.logCommits(
            LogCommits.Request(
                repository: index.repository, reference: reference.text, after: start > 0 ? all[start - 1] : "",
                amount: amount, isLimited: isLimited, firstParentOnly: query.firstParentOnly, since: query.since,
                stopAt: try query.stopAt.map { try RefExpression($0) }, objects: query.objects,
                prefixes: query.prefixes), index.context)
        let rest = all[start...]
        try #require(page.results.map(\.id.string) == Array(rest.prefix(amount)), "\(last)")
        try #require(page.hasMore == (rest.count > amount && !isLimited), "\(last)")
    }

    private func checkEntries() async throws {
        let (text, contents) = try view()
        let path = path()
        last = "get \(path) of \(text)"
        try #require(try await either.get(path, at: text) == contents[path], "\(last)")
        let prefixes = ["", ["a", "a/", "b"].randomElement(using: &random) ?? "", path]
        last = "sums of \(prefixes) of \(text)"
        let sums = try await either.catalog.summarizeObjects(
            SummarizeObjects.Request(
                repository: index.repository, reference: try RefExpression(text), prefixes: prefixes), index.context)
        let expected = prefixes.map { prefix in
            let below = contents.filter { $0.key.hasPrefix(prefix) }.values
            return PrefixSummary(
                prefix: prefix, objects: Int64(below.count), bytes: below.reduce(0) { $0 + Int64($1.utf8.count) })
        }
        try #require(sums.results == expected, "\(last)")
    }

    private func checkNames() async throws {
        let amount = [1, 2, 100].randomElement(using: &random) ?? 1
        let showsHidden = chance(1, in: 2)
        last = "names, \(amount) a page, \(showsHidden ? "with" : "without") hidden ones"
        // Not one of the names of others.
        let prefix = isAlone ? "" : home
        func all(
            _ list: (ListRange) async throws -> (names: [(name: String, commit: String)], hasMore: Bool)
        ) async throws -> [String] {
            var (rows, after) = ([String](), "")
            while true {
                let page = try await list(ListRange(prefix: prefix, after: after, amount: amount))
                rows += page.names.map { "\($0.name) \($0.commit)" }
                guard page.hasMore, let last = page.names.last else { return rows }
                after = last.name
            }
        }
        let branches = try await all { range in
            let page = try await either.catalog.listBranches(
                ListBranches.Request(repository: index.repository, range: range, showsHidden: showsHidden),
                index.context)
            return (page.results.map { ($0.name.string, $0.commitID.string) }, page.hasMore)
        }
        let expected = Model.sorted(model.branches.keys).compactMap { name -> String? in
            guard let branch = model.branches[name], showsHidden || !branch.isHidden else { return nil }
            return "\(name) \(branch.head)"
        }
        try #require(branches == expected, "\(last)")
        let tags = try await all { range in
            let page = try await either.catalog.listTags(
                ListTags.Request(repository: index.repository, range: range), index.context)
            return (page.results.map { ($0.name.string, $0.commitID.string) }, page.hasMore)
        }
        try #require(tags == Model.sorted(model.tags.keys).map { "\($0) \(model.tags[$0] ?? "")" }, "\(last)")
    }

    /// Every branch, tag, commit and move, after all of it.
    func checkAll() async throws {
        for branch in model.branches.keys {
            try #require(try await index.contents(branch) == model.contents(branch), "\(branch)")
            try #require(try await other.contents(branch + "@") == model.committed(branch), "\(branch)@")
            let log = try await index.log(branch)
            try #require(log.count == model.ancestors(model.branches[branch]?.head ?? "").count)
        }
        for (id, commit) in model.commits { try #require(try await index.contents(id) == commit.contents, "\(id)") }
        for (name, moves) in model.moves {
            var rows: [RefMove] = []
            while true {
                let page = try await index.catalog.listRefLog(
                    ListRefLog.Request(repository: index.repository, reference: name, before: rows.last?.id),
                    index.context)
                rows += page.results
                guard page.hasMore else { break }
            }
            let found = rows.reversed().map { Model.Move(from: $0.from?.string, to: $0.to?.string) }
            try #require(found == moves, "moves of \(name)")
        }
    }
}
