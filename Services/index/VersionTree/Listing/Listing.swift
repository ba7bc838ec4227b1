/// What to list.
package struct ListRequest: Sendable {
    package var prefix: [UInt8]
    /// Only rows behind this one, an object or a common prefix.
    package var after: [UInt8]?
    /// Keys that have it behind the prefix fold into one row; empty for none.
    package var delimiter: [UInt8]
    package var amount: Int

    package init(prefix: [UInt8] = [], after: [UInt8]? = nil, delimiter: [UInt8] = [], amount: Int) {
        self.prefix = prefix
        self.after = after
        self.delimiter = delimiter
        self.amount = amount
    }
}

/// One row of a listing.
package enum ListRow: Sendable {
    case object(key: [UInt8], EntryView)
    case commonPrefix([UInt8])

    package var key: [UInt8] {
        switch self {
        case .object(let key, _), .commonPrefix(let key): key
        }
    }
}

package struct ListPage: Sendable {
    package var rows: [ListRow]
    package var hasMore: Bool
}

extension OverlayCursor {
    /// One page; costs what it returns, whatever lies below the prefixes it folds.
    package func page(_ request: ListRequest) async throws -> ListPage { ListPage(rows: [], hasMore: false) }
}
