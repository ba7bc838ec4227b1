/// The transfers that wait for their turn, first come, first served.
struct WaitingLine {
    private var line: [(transfer: Transfer, since: Int64)?] = []
    private var start = 0

    var count: Int { line.count - start }
    var isEmpty: Bool { start == line.count }

    mutating func append(_ transfer: Transfer, at now: Int64) { line.append((transfer, now)) }

    mutating func takeFirst() -> Transfer? {
        guard start < line.count else { return nil }
        let first = line[start].take()
        start += 1
        if start == line.count || start == 1_024 {
            line.removeFirst(start)
            start = 0
        }
        return first?.transfer
    }

    /// The first, if it has waited longer than it may.
    mutating func takeFirst(expiredAt now: Int64) -> Transfer? {
        guard start < line.count, let first = line[start],
            now - first.since >= Int64(first.transfer.request.timeouts.connect)
        else { return nil }
        return takeFirst()
    }
}
