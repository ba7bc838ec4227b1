import NIOHTTP1

/// User metadata as upload headers carry it.
enum UserMetadata {
    private static let prefix = "x-lakefs-meta-"
    private static let internalPrefix = "x-lakefs-internal-"
    /// What keys of the internal prefix begin with once stored.
    private static let internalKey = "::lakefs::"

    /// Keys in lower case.
    static func read(_ headers: HTTPHeaders) -> [String: String] {
        var metadata: [String: String] = [:]
        for (name, value) in headers {
            let name = name.lowercased()
            if name.hasPrefix(prefix) {
                metadata[String(name.dropFirst(prefix.count))] = value
            } else if name.hasPrefix(internalPrefix) {
                metadata[internalKey + name.dropFirst(internalPrefix.count)] = value
            }
        }
        return metadata
    }
}
