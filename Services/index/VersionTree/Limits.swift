import Domain

/// What a tree accepts.
package enum Limits {
    /// The greatest length of a key, in bytes.
    package static let maxKeyBytes = ObjectKey.maxBytes
    /// The greatest length of an encoded entry, in bytes.
    package static let maxValueBytes = 65_536
    /// The greatest level of a node; leaves are on level 0.
    static let maxLevel = 32
}
