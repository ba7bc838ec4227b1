package import Domain

/// A key cut at its first slash: a reference and a path below it.
package struct VersionedPath: Sendable, Hashable {
    /// As written; any text.
    package let reference: String
    /// Nil where there is no slash; may be empty.
    package let path: [UInt8]?

    /// - Parameter key: valid UTF-8.
    package init(_ key: some Collection<UInt8>) {
        guard let slash = key.firstIndex(of: UInt8(ascii: "/")) else {
            reference = String(decoding: key, as: UTF8.self)
            path = nil
            return
        }
        reference = String(decoding: key[..<slash], as: UTF8.self)
        path = Array(key[key.index(after: slash)...])
    }

    /// Whether there is a path, so that an object could be there.
    package var hasPath: Bool { path?.isEmpty == false }

    /// Where to read.
    ///
    /// - Throws: `NoSuchKey` where no object can have the key, `KeyTooLongError`.
    package func readTarget() throws(S3Error) -> (reference: RefExpression, path: ObjectKey) {
        let path = try objectKey()
        do {
            return (try RefExpression(reference), path)
        } catch {
            throw S3Error(.noSuchKey)
        }
    }

    /// Where to write. Nil for the branch means that the reference can only be a tag or does not exist.
    ///
    /// - Throws: `InvalidArgument` for a key without a path, `MethodNotAllowed` for an expression such as `main~1`, `KeyTooLongError`.
    package func writeTarget() throws(S3Error) -> (branch: BranchName?, path: ObjectKey) {
        guard hasPath else {
            throw .invalidArgument("A key to write to has the form <branch>/<path>", name: "key", value: reference)
        }
        let path = try objectKey()
        if let branch = try? BranchName(reference) { return (branch, path) }
        if let expression = try? RefExpression(reference), !expression.isPlainName {
            throw S3Error(.methodNotAllowed, "Only a branch can be written to, and '\(reference)' is an expression")
        }
        return (nil, path)
    }

    private func objectKey() throws(S3Error) -> ObjectKey {
        guard let path, !path.isEmpty else { throw S3Error(.noSuchKey) }
        guard path.count <= ObjectKey.maxBytes else { throw .keyTooLong(bytes: path.count) }
        return ObjectKey(validated: path)
    }
}

extension S3Error {
    static func keyTooLong(bytes: Int) -> S3Error {
        S3Error(.keyTooLong, details: [("Size", "\(bytes)"), ("MaxSizeAllowed", "\(ObjectKey.maxBytes)")])
    }
}
