/// What the index is meant to be, without any of what makes it fast.
struct Model {
    struct Commit {
        var contents: [String: String]
        var parents: [String]
    }

    struct Branch {
        var head: String
        /// Nil where a path is deleted.
        var staged: [String: String?] = [:]
    }

    var commits: [String: Commit]
    var branches: [String: Branch]

    init(root: String, branch: String = "main") {
        commits = [root: Commit(contents: [:], parents: [])]
        branches = [branch: Branch(head: root)]
    }

    func committed(_ branch: String) -> [String: String] {
        branches[branch].flatMap { commits[$0.head]?.contents } ?? [:]
    }

    func contents(_ branch: String) -> [String: String] {
        var contents = committed(branch)
        for (path, content) in branches[branch]?.staged ?? [:] { contents[path] = content }
        return contents
    }

    func isDirty(_ branch: String) -> Bool { contents(branch) != committed(branch) }

    func ancestors(_ commit: String) -> Set<String> {
        var found: Set = [commit]
        var left = [commit]
        while let next = left.popLast() {
            for parent in commits[next]?.parents ?? [] where found.insert(parent).inserted { left.append(parent) }
        }
        return found
    }

    /// Common ancestors of which no other common ancestor is a descendant.
    func bases(_ one: String, _ two: String) -> Set<String> {
        let common = ancestors(one).intersection(ancestors(two))
        return common.filter { candidate in
            !common.contains { $0 != candidate && ancestors($0).contains(candidate) }
        }
    }

    /// Rows as `TestIndex.diff` gives them.
    static func diff(_ left: [String: String], _ right: [String: String]) -> [String] {
        Set(left.keys).union(right.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { path in
            switch (left[path], right[path]) {
            case (nil, _?): "+\(path)"
            case (_?, nil): "-\(path)"
            case (let old, let new): old == new ? nil : "~\(path)"
            }
        }
    }

    /// The destination with what changed from base to source; nil where there are conflicts that nothing settles.
    static func merge(
        base: [String: String], source: [String: String], into destination: [String: String], sourceWins: Bool?
    ) -> [String: String]? {
        var merged = destination
        for path in Set(base.keys).union(source.keys) where base[path] != source[path] {
            let current = destination[path]
            if current == base[path] {
                merged[path] = source[path]
            } else if current != source[path] {
                guard let sourceWins else { return nil }
                if sourceWins { merged[path] = source[path] }
            }
        }
        return merged
    }

    /// Rows as `TestIndex.list` gives them.
    static func list(_ contents: [String: String], prefix: String, delimiter: String) -> [String] {
        var rows: [String] = []
        for path in contents.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard path.hasPrefix(prefix), let content = contents[path] else { continue }
            let rest = path.dropFirst(prefix.count)
            if !delimiter.isEmpty, let range = rest.firstRange(of: delimiter) {
                let folded = prefix + rest[..<range.upperBound]
                if rows.last != folded { rows.append(folded) }
            } else {
                rows.append("\(path)=\(content)")
            }
        }
        return rows
    }
}
