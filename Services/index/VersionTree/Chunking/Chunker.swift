/// Decides where the rows of one level are cut into nodes.
///
/// A row is a *natural* end if its priority is less than that of every row within a window before it and not greater than
/// that of any within a window behind it; the beginning and the end of the level count as even less. So natural ends are
/// more than a window apart, two windows in the mean, and a row has no influence beyond one window: what is on one side
/// of a natural end has none on the ends of the other. From an end, the next one is the first natural one within the
/// greatest weight; where there is none, the row of least forced priority that leaves more than a window on both sides.
struct Chunker {
    struct Cut: Hashable {
        /// The number of the last row of the node.
        let row: Int
        let isNatural: Bool
    }

    private struct Candidate {
        let row: Int
        let end: Int
        let priority: UInt64
        /// Nothing before it is in its way.
        let isClearBefore: Bool
    }

    private let level: Int
    private let keyHash: KeyHash
    private let window: Int
    private let maximum: Int
    /// The rows of the last window that no later one undercuts, in ascending order of number and of priority.
    private var candidates = Queue<Candidate>()
    /// Natural ends that have not been used.
    private var naturals = Queue<(row: Int, end: Int)>()
    /// The number of the next row to look at.
    private var scanned = 0
    private var scannedEnd = 0
    private var lastCutRow = -1
    private var lastCutEnd = 0

    /// Begins behind an end (or at the beginning of the level) with row 0 of a buffer.
    init(_ chunking: Chunking, level: Int, keyHash: KeyHash) {
        self.level = level
        self.keyHash = keyHash
        window = chunking.windowBytes
        maximum = chunking.maxBytes
    }

    /// Looks at the rows that are new.
    mutating func scan(_ rows: borrowing RowBuffer) {
        while scanned < rows.next {
            let row = rows[scanned]
            let priority = keyHash.priority(row.hash, level: level)
            while let first = candidates.first, row.end - first.end > window {
                if first.isClearBefore { naturals.append((first.row, first.end)) }
                candidates.removeFirst()
            }
            while let last = candidates.last, last.priority > priority { candidates.removeLast() }
            candidates.append(
                Candidate(
                    row: scanned, end: row.end, priority: priority,
                    isClearBefore: candidates.isEmpty && row.end > window))
            scanned += 1
            scannedEnd = row.end
        }
    }

    /// The next cut; `nil` as long as it depends on rows to come.
    mutating func next(_ rows: borrowing RowBuffer, isEnd: Bool) -> Cut? {
        while let first = naturals.first, first.end <= lastCutEnd + window { naturals.removeFirst() }
        let limit = lastCutEnd + maximum
        if let natural = naturals.first, natural.end <= limit {
            naturals.removeFirst()
            return cut(natural.row, natural.end, isNatural: true)
        }
        guard naturals.first != nil || scannedEnd > limit + window || (isEnd && scannedEnd > limit) else { return nil }
        let forced = forcedRow(rows, limit: limit - window)
        return cut(forced, rows[forced].end, isNatural: false)
    }

    private mutating func cut(_ row: Int, _ end: Int, isNatural: Bool) -> Cut {
        lastCutRow = row
        lastCutEnd = end
        return Cut(row: row, isNatural: isNatural)
    }

    private func forcedRow(_ rows: borrowing RowBuffer, limit: Int) -> Int {
        var number = lastCutRow + 1
        while rows[number].end <= lastCutEnd + window { number += 1 }
        var best = number
        var bestPriority = UInt64.max
        while number < scanned, rows[number].end <= limit {
            let priority = keyHash.forcedPriority(rows[number].hash, level: level)
            if priority < bestPriority {
                best = number
                bestPriority = priority
            }
            number += 1
        }
        return best
    }

    /// The cuts to and including the last row, if that is a natural end given that nothing behind it is in its way; else
    /// those before it that are certain.
    mutating func cuts(toNaturalEndOf rows: borrowing RowBuffer) -> [Cut] {
        guard let last = candidates.last, last.row == scanned - 1, last.isClearBefore else { return [] }
        naturals.append((last.row, last.end))
        var cuts: [Cut] = []
        while cuts.last?.row != last.row, let cut = next(rows, isEnd: false) { cuts.append(cut) }
        return cuts
    }
}
