/// What a page is asked for by.
struct ModelPage {
    var prefix = ""
    var delimiter = ""
    var after = ""
    var amount = 1_000

    /// The rows of a page, by the definition, from every path in order: a path, or what it folds into.
    func rows(of paths: [String]) -> (rows: [(text: String, isFolded: Bool)], hasMore: Bool) {
        var rows: [(text: String, isFolded: Bool)] = []
        for path in paths where path.hasPrefix(prefix) {
            let folded = folded(path)
            let text = folded ?? path
            // A folded row stands for paths behind it, so what counts is the path, but for the row itself.
            guard after.isEmpty || after.utf8.lexicographicallyPrecedes(path.utf8) && text != after else { continue }
            if rows.last?.text != text { rows.append((text, folded != nil)) }
        }
        return (Array(rows.prefix(amount)), rows.count > amount)
    }

    private func folded(_ path: String) -> String? {
        let rest = path.dropFirst(prefix.count)
        guard !delimiter.isEmpty, let range = rest.firstRange(of: delimiter) else { return nil }
        return prefix + rest[..<range.upperBound]
    }

    /// Rows as `TestIndex.list` gives them.
    func list(_ contents: Model.Contents) -> ([String], Bool) {
        let page = rows(of: Model.sorted(contents.keys))
        return (page.rows.map { $0.isFolded ? $0.text : "\($0.text)=\(contents[$0.text] ?? "")" }, page.hasMore)
    }

    /// Rows as `TestIndex.diff` gives them, of what a diff compares.
    func diff(_ left: Model.Contents, _ right: Model.Contents) -> ([String], Bool) {
        rows(of: Model.changed(left, right)) { path in
            left[path] == nil ? "+" : right[path] == nil ? "-" : "~"
        }
    }

    /// The same of what changed from the base to the right, with what conflicts with the left.
    func diff(base: Model.Contents, left: Model.Contents, right: Model.Contents) -> ([String], Bool) {
        rows(of: Model.changed(base, right).filter { left[$0] != right[$0] }) { path in
            left[path] != base[path] ? "!" : base[path] == nil ? "+" : right[path] == nil ? "-" : "~"
        }
    }

    private func rows(of paths: [String], sign: (String) -> String) -> ([String], Bool) {
        let page = rows(of: paths)
        return (page.rows.map { ($0.isFolded ? "*" : sign($0.text)) + $0.text }, page.hasMore)
    }
}
