/// Why an operation on a tree cannot go on.
package enum TreeError: Error, Hashable, CustomStringConvertible {
    /// A node's bytes are not those its name promises, or break the format; they are never served.
    case corruptNode(NodeHash, reason: String)
    /// An entry's bytes break the format.
    case corruptEntry(reason: String)
    /// The store does not have a node that is referred to.
    case missingNode(NodeHash)
    /// A key is empty or longer than `Limits.maxKeyBytes`.
    case invalidKey(bytes: Int)
    /// A value is longer than `Limits.maxValueBytes`.
    case valueTooLong(bytes: Int)
    /// A change's key is not greater than the one before it.
    case unsortedChanges

    package var description: String {
        switch self {
        case .corruptNode(let hash, let reason): "corrupt tree node \(hash): \(reason)"
        case .corruptEntry(let reason): "corrupt entry: \(reason)"
        case .missingNode(let hash): "missing tree node \(hash)"
        case .invalidKey(let bytes): "a key of \(bytes) bytes; 1 to \(Limits.maxKeyBytes) are allowed"
        case .valueTooLong(let bytes): "a value of \(bytes) bytes; at most \(Limits.maxValueBytes) are allowed"
        case .unsortedChanges: "changes are not in ascending order of their keys"
        }
    }
}
