/// Where a page of a list begins and how long it may be.
package struct PageRequest: Sendable, Hashable {
    /// The greatest number of rows of one page.
    package static let maxAmount = 1_000
    package static let defaultAmount = 100

    /// Only names that begin with these bytes.
    package var prefix: String
    /// Only names behind this one, which need not exist.
    package var after: String
    /// 1 to `maxAmount`.
    package var amount: Int

    package init(prefix: String = "", after: String = "", amount: Int = PageRequest.defaultAmount) {
        self.prefix = prefix
        self.after = after
        self.amount = min(max(amount, 1), Self.maxAmount)
    }
}
