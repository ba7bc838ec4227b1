/// Where an object's bytes are.
package enum PhysicalAddress: Sendable, Hashable, CustomStringConvertible {
    /// Below the repository's storage namespace, such as `data/2026-11-22T19/01J…`.
    case relative(String)
    /// Anywhere, as a full URI: an imported or linked object.
    case full(String)

    package var description: String {
        switch self {
        case .relative(let path): path
        case .full(let uri): uri
        }
    }

    /// The full URI, given the repository's namespace.
    package func uri(in namespace: StorageNamespace) -> String {
        switch self {
        case .relative(let path): namespace.string + "/" + path
        case .full(let uri): uri
        }
    }
}
