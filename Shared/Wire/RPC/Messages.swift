package import JSONCodec

/// A message that Foundation codes: for calls that are not hot.
package typealias CodableMessage = JSONMessage & Codable & Hashable & Sendable

/// One page of a list.
package struct Listed<Row: Codable & Hashable & Sendable>: CodableMessage {
    package var results: [Row]
    package var hasMore: Bool

    package init(results: [Row], hasMore: Bool) {
        self.results = results
        self.hasMore = hasMore
    }
}

/// Where a page begins and how long it may be.
package struct ListRange: Codable, Hashable, Sendable {
    /// Only names that begin with this.
    package var prefix: String
    /// Only names behind this one, which need not exist.
    package var after: String
    /// 1 to 1,000.
    package var amount: Int

    package init(prefix: String = "", after: String = "", amount: Int = 100) {
        self.prefix = prefix
        self.after = after
        self.amount = amount
    }
}
