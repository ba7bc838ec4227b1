/// What can go wrong in this module.
package enum CryptographyError: Error, Hashable {
    /// The random generator gave nothing.
    case randomUnavailable
    /// A sealed box that is too short, altered, or sealed under another key or other associated data.
    case notAuthentic
    /// A key or nonce of the wrong number of bytes.
    case wrongLength
    /// OpenSSL refused an operation that only fails for want of memory.
    case unavailable
}
