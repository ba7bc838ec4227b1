import Database
import Wire

/// Where a page of a list by name begins and ends, in bytes.
struct NameRange {
    /// Exclusive; empty for none.
    let after: [UInt8]
    /// Inclusive.
    let first: [UInt8]
    /// Exclusive.
    let end: [UInt8]
    let amount: Int

    /// Greater than every name and key, which are UTF-8.
    static let maximum: [UInt8] = [0xFF]
    static let maxAmount = 1_000

    /// - Throws: `invalidArgument` for an amount outside 1 to 1,000.
    init(_ range: ListRange) throws {
        amount = try Self.check(range.amount)
        after = Array(range.after.utf8)
        first = Array(range.prefix.utf8)
        end = Self.end(ofPrefix: first)
    }

    static func check(_ amount: Int, upTo most: Int = NameRange.maxAmount) throws -> Int {
        guard (1...most).contains(amount) else { throw RPCError.invalid("amount", "amount must be 1 to \(most)") }
        return amount
    }

    /// The least bytes greater than all that begin with the prefix.
    static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
        guard let place = prefix.lastIndex(where: { $0 < 0xFF }) else { return maximum }
        return prefix[..<place] + [prefix[place] + 1]
    }

    /// For a statement with `name > $after AND name >= $first AND name < $end … LIMIT $amount`, one row more than asked.
    var parameters: [Parameter] {
        [.bytes(after), .bytes(first), .bytes(end), .int64(Int64(amount) + 1)]
    }
}
