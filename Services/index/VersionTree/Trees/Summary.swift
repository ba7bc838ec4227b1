/// How much is below a prefix, a row or a root.
package struct Summary: Sendable, Hashable {
    /// The number of entries.
    package var entries: Int64
    /// The sum of the sizes of the objects; stays at the greatest number if there is more.
    package var bytes: Int64

    package init(entries: Int64 = 0, bytes: Int64 = 0) {
        self.entries = entries
        self.bytes = bytes
    }

    /// Adds what is never negative; saturates, so that the order of adding does not matter.
    mutating func add(_ other: Summary) {
        let (entries, tooMany) = entries.addingReportingOverflow(other.entries)
        let (bytes, tooMuch) = bytes.addingReportingOverflow(other.bytes)
        self.entries = tooMany ? .max : entries
        self.bytes = tooMuch ? .max : bytes
    }
}
