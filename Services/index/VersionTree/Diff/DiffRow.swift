/// A key on which two trees differ in identity.
package struct DiffRow: Sendable {
    package enum Kind: Sendable, Hashable { case added, removed, changed }

    package let key: [UInt8]
    /// `nil` where it was added.
    package let left: EntryView?
    /// `nil` where it was removed.
    package let right: EntryView?

    package var kind: Kind { left == nil ? .added : right == nil ? .removed : .changed }
}
