import Cryptography

/// What a client asks of ListObjects, of either version.
package struct ListingRequest: Sendable, Hashable {
    package enum Version: Sendable, Hashable {
        /// Continued by `marker`.
        case one(marker: String)
        /// Continued by a token of ours.
        case two(token: String?, startAfter: String?, fetchesOwner: Bool)
        /// ListObjectVersions: continued by a key, and the only version that it has.
        case versions(keyMarker: String, versionMarker: String?)
    }

    /// The greatest number of rows (S3: max-keys).
    package static let maxRows = 1_000

    package let version: Version
    package let prefix: String
    /// Empty for none.
    package let delimiter: String
    /// As the client wrote it; more than `maxRows` counts as that.
    package let maxKeys: Int
    package let encoding: KeyEncoding
    /// Only keys behind this one, which need not exist.
    package let after: [UInt8]

    /// - Throws: `InvalidArgument`.
    package init(_ query: QueryItems, isVersionTwo: Bool) throws(S3Error) {
        prefix = try query.value("prefix") ?? ""
        delimiter = try query.value("delimiter") ?? ""
        maxKeys = try query.number("max-keys") ?? Self.maxRows
        encoding = try KeyEncoding(query)
        guard isVersionTwo else {
            let marker = try query.value("marker") ?? ""
            version = .one(marker: marker)
            after = Self.after(marker, prefix, delimiter)
            return
        }
        let token = try query.value("continuation-token")
        let startAfter = try query.value("start-after")
        version = .two(
            token: token, startAfter: startAfter, fetchesOwner: try query.value("fetch-owner") == "true")
        after =
            try token.map { token throws(S3Error) in try ContinuationToken.decode(token) }
            ?? Array((startAfter ?? "").utf8)
    }

    /// Whether it begins within a common prefix, which is then a row if a key in it is behind the beginning. A marker, and where a
    /// page ended, have such a prefix behind themselves.
    func begins(in commonPrefix: [UInt8]) -> Bool {
        guard case .two(token: nil, startAfter: _?, _) = version else { return false }
        return after.count > commonPrefix.count && after.starts(with: commonPrefix)
    }

    /// What a client asks of ListObjectVersions, where each key has the version `null`.
    ///
    /// - Throws: `InvalidArgument`.
    package init(versions query: QueryItems) throws(S3Error) {
        prefix = try query.value("prefix") ?? ""
        delimiter = try query.value("delimiter") ?? ""
        maxKeys = try query.number("max-keys") ?? Self.maxRows
        encoding = try KeyEncoding(query)
        let marker = try query.value("key-marker") ?? ""
        let version = try query.value("version-id-marker")
        if version == "" {
            throw .invalidArgument("A version-id marker cannot be empty.", name: "version-id-marker")
        }
        if let version {
            guard !marker.isEmpty else {
                throw .invalidArgument(
                    "A version-id marker cannot be specified without a key marker.", name: "version-id-marker",
                    value: version)
            }
            guard version == Self.onlyVersion else {
                throw .invalidArgument("Invalid version id specified", name: "version-id-marker", value: version)
            }
        }
        self.version = .versions(keyMarker: marker, versionMarker: version)
        after = Self.after(marker, prefix, delimiter)
    }

    /// What a marker is behind: of a common prefix that it lies in, nothing more comes.
    private static func after(_ marker: String, _ prefix: String, _ delimiter: String) -> [UInt8] {
        let (bytes, slash) = (Array(marker.utf8), UInt8(ascii: "/"))
        // Common prefixes that begin in a reference's name and end in a path are passed over page by page.
        guard marker.utf8.starts(with: prefix.utf8),
            prefix.utf8.contains(slash) || !delimiter.utf8.dropLast().contains(slash),
            let end = KeyBytes.end(of: Array(delimiter.utf8), in: bytes, from: prefix.utf8.count)
        else { return bytes }
        return Array(bytes[..<end])
    }

    /// The version id of every object (S3: of objects written while versioning is off).
    package static let onlyVersion = "null"

    package var rows: Int { min(maxKeys, Self.maxRows) }
}

/// Where a page of a list ended, as clients carry it: opaque to them.
package enum ContinuationToken {
    package static func encode(_ key: [UInt8]) -> String { Base64.encode(key, .url) }

    /// - Throws: `InvalidArgument` for a text that `encode` did not make.
    package static func decode(_ token: String) throws(S3Error) -> [UInt8] {
        guard !token.isEmpty, let key = Base64.decode(token, .url), String(validating: key, as: UTF8.self) != nil
        else {
            throw .invalidArgument("The continuation token provided is incorrect", name: "continuation-token")
        }
        return key
    }
}
