/// One row of a listing.
package enum ListRow: Sendable {
    case object(key: [UInt8], EntryView)
    /// Stands for all keys that begin with it.
    case commonPrefix([UInt8])

    package var key: [UInt8] {
        switch self {
        case .object(let key, _), .commonPrefix(let key): key
        }
    }
}

/// Rows in order, and whether more follow.
package struct ListPage: Sendable {
    package var rows: [ListRow] = []
    package var hasMore = false
}

extension OverlayCursor {
    /// One page of a listing. It costs what it returns: what folds into a common prefix is jumped over.
    package func page(_ request: ListRequest) async throws -> ListPage {
        try await begin(request)
        var page = ListPage()
        while let key, key.starts(with: request.prefix) {
            guard page.rows.count < request.amount else {
                page.hasMore = true
                break
            }
            if let folded = request.commonPrefix(of: key) {
                page.rows.append(.commonPrefix(folded))
                try await seek(pastPrefix: folded)
            } else {
                if let entry { page.rows.append(.object(key: key, entry)) }
                if !advanceIfReady() { try await advance() }
            }
        }
        return page
    }

    private func begin(_ request: ListRequest) async throws {
        guard let after = request.after, !Bytes.isLess(after, request.prefix) else {
            return try await seek(to: request.prefix)
        }
        if request.commonPrefix(of: after) == after { return try await seek(pastPrefix: after) }
        // No key is between a key and the same key with a zero byte.
        try await seek(to: after + [0])
    }
}
