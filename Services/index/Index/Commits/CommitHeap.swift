/// A priority queue of commits.
struct CommitHeap {
    private var items: [CommitRecord] = []
    private let isBefore: @Sendable (CommitRecord, CommitRecord) -> Bool

    init(_ isBefore: @escaping @Sendable (CommitRecord, CommitRecord) -> Bool) { self.isBefore = isBefore }

    /// Greatest generation first, equal ones as the log shows them.
    static var byGeneration: CommitHeap {
        CommitHeap {
            $0.generation != $1.generation ? $0.generation > $1.generation : CommitRecord.isShownBefore($0, $1)
        }
    }

    /// The youngest first, equal ones as the log shows them.
    static var byAge: CommitHeap {
        CommitHeap { $0.age != $1.age ? $0.age > $1.age : CommitRecord.isShownBefore($0, $1) }
    }

    /// As the log shows them.
    static var byDate: CommitHeap { CommitHeap(CommitRecord.isShownBefore) }

    var first: CommitRecord? { items.first }
    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }

    mutating func insert(_ commit: CommitRecord) {
        items.append(commit)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(items[child], items[parent]) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> CommitRecord? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if isBefore(items[child], items[best]) { best = child }
            }
            guard best != parent else { return first }
            items.swapAt(parent, best)
            parent = best
        }
    }
}
