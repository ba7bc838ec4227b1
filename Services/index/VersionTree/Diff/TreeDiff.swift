/// The rows in which two trees differ, in order of keys, found as they are pulled.
///
/// Subtrees that both have are skipped by their hash. Used by one task at a time.
package final class TreeDiff {
    /// The most nodes of each tree that are fetched ahead at once.
    static let maxAhead = 32

    private let reader: NodeReader
    private let roots: (left: NodeHash, right: NodeHash)
    private var start: [UInt8]
    private let end: [UInt8]?
    private var sides: (left: DiffSide, right: DiffSide)?
    private var ahead = 2

    init(_ nodes: NodeSource, _ left: NodeHash, _ right: NodeHash, from start: [UInt8], to end: [UInt8]?) {
        reader = NodeReader(nodes)
        roots = (left, right)
        self.start = start
        self.end = end
    }

    /// Goes on at the first row whose key is not less than `key`; only ever forward.
    package func seek(to key: [UInt8]) {
        if Bytes.isLess(start, key) { start = key }
        sides?.left.seek(to: key)
        sides?.right.seek(to: key)
    }

    /// The next row; `nil` at the end.
    ///
    /// - Throws: `TreeError`, or what the store throws.
    package func next() async throws -> DiffRow? {
        if roots.left == roots.right { return nil }
        if sides == nil {
            try await reader.hold([roots.left, roots.right])
            sides = (
                DiffSide(try await reader.root(roots.left), from: start, to: end),
                DiffSide(try await reader.root(roots.right), from: start, to: end)
            )
        }
        while var (left, right) = sides {
            sides = nil
            let step = try Self.step(&left, &right)
            sides = (left, right)
            switch step {
            case .row(let row): return row
            case .end: return nil
            case .descend(let isLeft, let isRight): try await descend(left: isLeft, right: isRight)
            }
        }
        return nil
    }

    private enum Step {
        case row(DiffRow)
        case end
        case descend(left: Bool, right: Bool)
    }

    /// Goes on as far as it can without another node.
    private static func step(_ left: inout DiffSide, _ right: inout DiffSide) throws(TreeError) -> Step {
        while true {
            switch (left.level, right.level) {
            case (nil, nil): return .end
            case (0, nil):
                if let old = left.take() { return .row(DiffRow(key: old.key, left: old.entry, right: nil)) }
            case (nil, 0):
                if let new = right.take() { return .row(DiffRow(key: new.key, left: nil, right: new.entry)) }
            case (0, 0):
                if let row = try compare(&left, &right) { return .row(row) }
            case (let old, let new):
                let (old, new) = (old ?? -1, new ?? -1)
                if old == new, left.child == right.child {
                    left.advance()
                    right.advance()
                } else {
                    return .descend(left: old >= new, right: new >= old)
                }
            }
        }
    }

    /// Compares two entries and goes behind the one with the lesser key, or both.
    private static func compare(_ left: inout DiffSide, _ right: inout DiffSide) throws(TreeError) -> DiffRow? {
        let order = DiffSide.compareKeys(left, right)
        if order == 0, DiffSide.skipEqual(&left, &right) { return nil }
        let old = order <= 0 ? left.take() : nil
        let new = order >= 0 ? right.take() : nil
        if let old, let new, try old.entry.hasSameIdentity(as: new.entry) { return nil }
        guard let key = old?.key ?? new?.key else { return nil }
        return DiffRow(key: key, left: old?.entry, right: new?.entry)
    }

    private func descend(left isLeft: Bool, right isRight: Bool) async throws {
        guard let (left, right) = sides else { return }
        let old = isLeft ? left.child : nil
        let new = isRight ? right.child : nil
        let levels = ((left.level ?? 0) - 1, (right.level ?? 0) - 1)
        try await fetch(old.map { ($0, levels.0) }, new.map { ($0, levels.1) }, left, right)
        if let old { sides?.left.descend(try await reader.node(old, level: levels.0)) }
        if let new { sides?.right.descend(try await reader.node(new, level: levels.1)) }
    }

    /// If a child is missing, loads it together with those that will be wanted after it.
    private func fetch(
        _ old: (hash: NodeHash, level: Int)?, _ new: (hash: NodeHash, level: Int)?, _ left: DiffSide, _ right: DiffSide
    ) async throws {
        var isMissing = false
        if let old, try reader.ready(old.hash, level: old.level) == nil { isMissing = true }
        if let new, try reader.ready(new.hash, level: new.level) == nil { isMissing = true }
        guard isMissing else { return }
        var hashes = [old?.hash, new?.hash].compactMap { $0 }
        if old != nil { hashes += left.next(ahead, notIn: right) }
        if new != nil { hashes += right.next(ahead, notIn: left) }
        ahead = min(2 * ahead, Self.maxAhead)
        try await reader.hold(Array(Set(hashes)))
    }
}

extension Tree {
    /// The keys that begin with `prefix`, behind `after`, on which two trees differ in identity.
    package func diff(_ left: NodeHash, _ right: NodeHash, prefix: [UInt8] = [], after: [UInt8]? = nil) -> TreeDiff {
        var start = prefix
        // No key is between a key and the same key with a zero byte.
        if let after, !Bytes.isLess(after, prefix) { start = after + [0] }
        return TreeDiff(nodes, left, right, from: start, to: Bytes.successor(ofPrefix: prefix))
    }

    /// The keys from `start` on and before `end` on which two trees differ in identity.
    package func diff(_ left: NodeHash, _ right: NodeHash, from start: [UInt8], to end: [UInt8]) -> TreeDiff {
        TreeDiff(nodes, left, right, from: start, to: end)
    }
}
