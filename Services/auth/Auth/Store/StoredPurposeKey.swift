/// A key that services sign with, as it is kept: sealed.
package struct StoredPurposeKey: Sendable, Hashable {
    package let purpose: String
    /// From 1, ascending.
    package let number: Int64
    package let key: SealedSecret
    /// Seconds since 1970.
    package let created: Int64

    package init(purpose: String, number: Int64, key: SealedSecret, created: Int64) {
        self.purpose = purpose
        self.number = number
        self.key = key
        self.created = created
    }
}
