package import Domain

/// The place of one object: a bucket of an object store, or a folder below a local store's root, and a key in it.
package struct ObjectAddress: Sendable, Hashable, CustomStringConvertible {
    /// The greatest length of a key, in bytes (S3: object key naming).
    package static let maxKeyBytes = 1_024
    /// The greatest length of one element of a local path, in bytes (`NAME_MAX`).
    package static let maxElementBytes = 255

    package let scheme: StorageNamespace.Scheme
    package let bucket: String
    package let key: String

    /// An address below a repository's namespace, such as `data/2026-11-22T19/…`.
    ///
    /// - Throws: `invalidAddress` for a path with an empty, `.` or `..` element: it is never a server-made one.
    package init(_ namespace: StorageNamespace, _ path: String) throws(ObjectStoreError) {
        try Self.checkElements(path)
        try self.init(
            scheme: namespace.scheme, bucket: namespace.bucket,
            key: namespace.prefix.isEmpty ? path : namespace.prefix + "/" + path)
    }

    /// An address from a full URI, such as `s3://bucket/key` or `local://folder/key`.
    ///
    /// - Throws: `invalidAddress` for an unknown scheme, no bucket, no key, or a local path that is not canonical.
    package init(uri: String) throws(ObjectStoreError) {
        guard let separator = uri.firstRange(of: "://"),
            let scheme = StorageNamespace.Scheme(rawValue: String(uri[..<separator.lowerBound]))
        else {
            throw ObjectStoreError(.invalidAddress, "an object's address begins with s3:// or local://")
        }
        let path = uri[separator.upperBound...]
        guard let slash = path.utf8.firstIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
            throw ObjectStoreError(.invalidAddress, "the address names no bucket or no object")
        }
        try self.init(
            scheme: scheme, bucket: String(path[..<slash]), key: String(path[path.utf8.index(after: slash)...]))
    }

    /// Where an entry's bytes are, given its repository's namespace.
    package init(_ address: PhysicalAddress, in namespace: StorageNamespace) throws(ObjectStoreError) {
        switch address {
        case .relative(let path): try self.init(namespace, path)
        case .full(let uri): try self.init(uri: uri)
        }
    }

    init(scheme: StorageNamespace.Scheme, bucket: String, key: String) throws(ObjectStoreError) {
        guard !key.isEmpty, key.utf8.count <= Self.maxKeyBytes else {
            throw ObjectStoreError(.invalidAddress, "a key has 1 to \(Self.maxKeyBytes) bytes")
        }
        try Self.checkBucket(bucket, scheme)
        if scheme == .local { try Self.checkElements(key) }
        self.scheme = scheme
        self.bucket = bucket
        self.key = key
    }

    package var uri: String { "\(scheme.rawValue)://\(bucket)/\(key)" }

    package var description: String { uri }
}

extension ObjectAddress {
    /// Refuses a bucket that would not be one path element, or that is the local store's own folder.
    static func checkBucket(_ bucket: String, _ scheme: StorageNamespace.Scheme) throws(ObjectStoreError) {
        guard !bucket.utf8.contains(UInt8(ascii: "/")) else {
            throw ObjectStoreError(.invalidAddress, "a bucket is one path element")
        }
        try checkElements(bucket)
    }

    /// Refuses paths that would lead anywhere but down, and the names the local store keeps for itself.
    static func checkElements(_ path: String) throws(ObjectStoreError) {
        var length = 0
        var dotsOnly = true
        var privateName = LocalNames.privateFolder.utf8.makeIterator()
        var isPrivate = true
        func isBad() -> Bool {
            let ended = privateName.next() == nil
            return length == 0 || length > maxElementBytes || (dotsOnly && length <= 2) || (isPrivate && ended)
        }
        for byte in path.utf8 {
            if byte == UInt8(ascii: "/") {
                guard !isBad() else { throw badElement }
                length = 0
                dotsOnly = true
                privateName = LocalNames.privateFolder.utf8.makeIterator()
                isPrivate = true
                continue
            }
            guard byte != 0 else { throw badElement }
            length += 1
            dotsOnly = dotsOnly && byte == UInt8(ascii: ".")
            isPrivate = isPrivate && privateName.next() == byte
        }
        guard !isBad() else { throw badElement }
    }

    private static var badElement: ObjectStoreError {
        ObjectStoreError(
            .invalidAddress,
            "an address may not hold an empty, '.', '..', '\(LocalNames.privateFolder)' or overlong element, nor a zero byte"
        )
    }
}
