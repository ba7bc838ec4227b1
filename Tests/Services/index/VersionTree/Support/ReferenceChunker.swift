@testable import VersionTree

/// The rule for ends, as design/0003-tree.md says it, computed from the whole level without any cleverness.
struct ReferenceChunker {
    let window: Int
    let maximum: Int
    /// By row.
    let weights: [Int]
    let priorities: [UInt64]
    let forcedPriorities: [UInt64]

    /// The indexes of the rows that end a node.
    var ends: [Int] {
        var positions: [Int] = []
        var sum = 0
        for weight in weights {
            sum += weight
            positions.append(sum)
        }
        let naturals = weights.indices.filter { isNatural($0, positions, total: sum) }
        var ends: [Int] = []
        var position = 0
        while sum > position {
            if let next = naturals.first(where: { positions[$0] > position + window }),
                positions[next] <= position + maximum
            {
                ends.append(next)
            } else if sum - position > maximum {
                let allowed = weights.indices.filter {
                    positions[$0] > position + window && positions[$0] <= position + maximum - window
                }
                let best = allowed.min { (forcedPriorities[$0], $0) < (forcedPriorities[$1], $1) }
                ends.append(best ?? weights.indices.first { positions[$0] > position + window } ?? weights.count - 1)
            } else {
                ends.append(weights.count - 1)
            }
            position = positions[ends[ends.count - 1]]
        }
        return ends
    }

    private func isNatural(_ row: Int, _ positions: [Int], total: Int) -> Bool {
        guard positions[row] > window, total - positions[row] > window else { return false }
        for other in stride(from: row - 1, through: 0, by: -1) {
            guard positions[row] - positions[other] <= window else { break }
            if priorities[other] <= priorities[row] { return false }
        }
        for other in row + 1..<positions.count {
            guard positions[other] - positions[row] <= window else { break }
            if priorities[other] < priorities[row] { return false }
        }
        return true
    }

    init(_ chunking: Chunking, level: Int, _ rows: [(key: [UInt8], payload: Int)]) {
        let hash = KeyHash(chunking.salt)
        let bases = rows.map { row in row.key.withUnsafeBytes { hash.base($0) } }
        window = chunking.windowBytes
        maximum = chunking.maxBytes
        weights = rows.map { level == 0 ? $0.key.count + $0.payload + 4 : $0.key.count + 48 }
        priorities = bases.map { hash.priority($0, level: level) }
        forcedPriorities = bases.map { hash.forcedPriority($0, level: level) }
    }

    /// The last keys of the nodes of each level, leaves first.
    static func ends(_ chunking: Chunking, _ model: Model) -> [[[UInt8]]] {
        var rows = model.keys.map { (key: $0, payload: model[$0]?.count ?? 0) }
        var levels: [[[UInt8]]] = []
        while levels.last?.count != 1 {
            let ends = ReferenceChunker(chunking, level: levels.count, rows).ends
            levels.append(ends.map { rows[$0].key })
            rows = ends.map { (key: rows[$0].key, payload: 0) }
        }
        return levels
    }
}
