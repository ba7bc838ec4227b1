/// What the index is meant to be, without any of what makes it fast: dictionaries, no trees.
struct Model {
    /// Contents by path.
    typealias Contents = [String: String]

    struct Commit {
        var id: String
        var contents: Contents
        var parents: [String]
        /// Seconds since 1970.
        var created: Int64
        var generation: Int64
        /// The id of its tree; empty for the first commit.
        var tree: String
    }

    struct Branch {
        var head: String
        /// Nil where a path is deleted.
        var staged: [String: String?] = [:]
        var isHidden = false
    }

    /// A move of a branch or tag.
    struct Move: Equatable {
        var from: String?
        var to: String?
    }

    var commits: [String: Commit]
    var branches: [String: Branch]
    /// Commits by name.
    var tags: [String: String] = [:]
    /// What was deleted last under a name.
    var deletedBranches: [String: Branch] = [:]
    var deletedTags: [String: String] = [:]
    /// By name, in order of time.
    var moves: [String: [Move]]

    init(root: Commit, branch: String) {
        commits = [root.id: root]
        branches = [branch: Branch(head: root.id)]
        moves = [branch: [Move(from: nil, to: root.id)]]
    }

    func committed(_ branch: String) -> Contents { branches[branch].map { contents(of: $0.head) } ?? [:] }

    func contents(of commit: String) -> Contents { commits[commit]?.contents ?? [:] }

    func contents(_ branch: String) -> Contents {
        var contents = committed(branch)
        for (path, content) in branches[branch]?.staged ?? [:] { contents[path] = content }
        return contents
    }

    func isDirty(_ branch: String) -> Bool { contents(branch) != committed(branch) }

    /// Moves a branch; nothing stays staged.
    mutating func move(_ branch: String, to commit: String) {
        guard let old = branches[branch] else { return }
        branches[branch] = Branch(head: commit, isHidden: old.isHidden)
        if old.head != commit { moves[branch, default: []].append(Move(from: old.head, to: commit)) }
    }

    /// Whether two commits have one tree.
    func haveSameTree(_ one: String, _ two: String) -> Bool {
        guard let one = commits[one], let two = commits[two] else { return false }
        return one.tree == two.tree || one.contents.isEmpty && two.contents.isEmpty
    }

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
        return common.subtracting(common.flatMap { commits[$0]?.parents ?? [] })
    }

    /// The destination with what changed from base to source; nil where there are conflicts that nothing settles.
    /// - Parameter settle: what settles a path's conflict; nil for nothing.
    static func merge(
        base: Contents, source: Contents, into destination: Contents, settle: (String) -> Side? = { _ in nil }
    ) -> Contents? {
        var merged = destination
        for path in changed(base, source) {
            let current = destination[path]
            if current == base[path] {
                merged[path] = source[path]
            } else if current != source[path] {
                switch settle(path) {
                case nil: return nil
                case .source: merged[path] = source[path]
                case .destination: break
                case .neither: merged[path] = nil
                }
            }
        }
        return merged
    }

    enum Side { case source, destination, neither }

    /// The paths of two sides that differ, in order.
    static func changed(_ left: Contents, _ right: Contents) -> [String] {
        sorted(Set(left.keys).union(right.keys).filter { left[$0] != right[$0] })
    }

    static func conflicts(base: Contents, source: Contents, destination: Contents) -> [String] {
        changed(base, source).filter { destination[$0] != base[$0] && destination[$0] != source[$0] }
    }

    static func sorted(_ paths: some Sequence<String>) -> [String] {
        paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
