/// What a log is asked for by.
struct ModelLog {
    var firstParentOnly = false
    /// Seconds since 1970.
    var since: Int64?
    var stopAt: String?
    var objects: [String] = []
    var prefixes: [String] = []
}

extension Model {
    /// All rows of a log: newest first, each commit once, a child before its parents.
    func log(_ start: String, _ query: ModelLog) -> [String] {
        var rows: [String] = []
        for id in walk(start, query) {
            if touches(id, query) { rows.append(id) }
            if id == query.stopAt { break }
        }
        return rows
    }

    private func walk(_ start: String, _ query: ModelLog) -> [String] {
        func isShown(_ id: String) -> Bool { query.since.map { (commits[id]?.created ?? 0) >= $0 } ?? true }
        func followed(_ id: String) -> Set<String> {
            let parents = commits[id]?.parents ?? []
            return Set(query.firstParentOnly ? Array(parents.prefix(1)) : parents).filter(isShown)
        }
        guard isShown(start) else { return [] }
        var children = [start: 0]
        var left = [start]
        while let next = left.popLast() {
            for parent in followed(next) {
                if children[parent] == nil { left.append(parent) }
                children[parent, default: 0] += 1
            }
        }
        var rows: [String] = []
        var ready = [start]
        while let next = ready.max(by: isShownAfter) {
            ready.removeAll { $0 == next }
            rows.append(next)
            for parent in followed(next) {
                children[parent, default: 0] -= 1
                if children[parent] == 0 { ready.append(parent) }
            }
        }
        return rows
    }

    /// Whether the log would rather show the other first.
    private func isShownAfter(_ one: String, _ other: String) -> Bool {
        guard let one = commits[one], let other = commits[other] else { return false }
        return (one.created, one.id) < (other.created, other.id)
    }

    private func touches(_ id: String, _ query: ModelLog) -> Bool {
        guard !query.objects.isEmpty || !query.prefixes.isEmpty else { return true }
        guard let commit = commits[id], commit.parents.count == 1 else { return false }
        return Self.changed(contents(of: commit.parents[0]), commit.contents).contains { path in
            query.objects.contains(path) || query.prefixes.contains { path.hasPrefix($0) }
        }
    }

    /// The commits of one history that another has not, in the order in which they are made again.
    func unique(_ head: String, notIn other: String) -> [String] {
        let shared = ancestors(other)
        return ancestors(head).subtracting(shared).sorted { one, two in
            let (first, second) = (commits[one]?.generation ?? 0, commits[two]?.generation ?? 0)
            return first != second ? first < second : isShownAfter(one, two)
        }
    }
}
