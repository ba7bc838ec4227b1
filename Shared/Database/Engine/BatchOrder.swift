import Glibc

/// The order of a batch's members, in which they lock rows.
enum BatchOrder {
    /// By order key, byte by byte; those with the same key as they came.
    static func sort(_ batch: inout [Request]) {
        guard batch.contains(where: { !$0.order.isEmpty }) else { return }
        let ranked = batch.enumerated().sorted { left, right in
            let comparison = compare(left.element.order, right.element.order)
            return comparison == 0 ? left.offset < right.offset : comparison < 0
        }
        batch = ranked.map { $0.element }
    }

    static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let common = min(left.count, right.count)
        let difference = left.withUnsafeBytes { left in
            right.withUnsafeBytes { right -> Int in
                guard common > 0, let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return Int(memcmp(left, right, common))
            }
        }
        return difference == 0 ? left.count - right.count : difference
    }
}
