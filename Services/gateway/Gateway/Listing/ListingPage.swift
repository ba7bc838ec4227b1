package import Wire

/// Rows of one reference in a page of a listing.
package struct ListingGroup: Sendable {
    /// What stands before each row's path, such as `main/`; empty for rows that are whole keys.
    package var head: [UInt8]
    package var rows: ListRows

    package init(head: [UInt8] = [], rows: ListRows) {
        self.head = head
        self.rows = rows
    }
}

/// A page of the keys of a bucket.
package struct ListingPage: Sendable {
    package var groups: [ListingGroup] = []
    /// The key to continue behind; nil at the end.
    package var next: [UInt8]?

    package init(groups: [ListingGroup] = [], next: [UInt8]? = nil) {
        self.groups = groups
        self.next = next
    }

    package var count: Int { groups.reduce(0) { $0 + $1.rows.count } }
}
