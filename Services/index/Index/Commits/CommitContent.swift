import Cryptography
import Domain

/// Everything about a commit that its id is made of, and its generation, which follows from its parents.
struct CommitContent: Sendable, Hashable {
    var parents: [SHA256Digest]
    /// A user id; empty for the first commit.
    var committer: String
    var message: String
    /// Seconds since 1970.
    var created: Int64
    /// Nil for the empty tree of a first commit.
    var root: SHA256Digest?
    var metadata: [String: String]

    /// SHA-256 over typed, length-prefixed fields (`design/0004-index.md`).
    var id: SHA256Digest {
        var fields = CommitFields()
        fields.string("commit:v1")
        fields.string(committer)
        fields.string(message)
        fields.string(root?.hex ?? "")
        fields.integer(created)
        fields.map(metadata)
        var list = CommitFields()
        list.list(parents.map(\.hex))
        fields.nested(SHA256.hash(list.bytes).bytes)
        return SHA256.hash(fields.bytes)
    }
}

/// Writes the fields of a commit for its hash: a type byte, and a length where the type has no fixed one.
private struct CommitFields {
    private(set) var bytes: [UInt8] = []

    private enum Kind: UInt8 {
        case bytes, string, integer, list, map, nested
    }

    mutating func integer(_ value: Int64) {
        bytes.append(Kind.integer.rawValue)
        bytes.append(8)
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ value: String) {
        bytes.append(Kind.string.rawValue)
        let utf8 = Array(value.utf8)
        integer(Int64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    mutating func list(_ values: [String]) {
        bytes.append(Kind.list.rawValue)
        integer(Int64(values.count))
        for value in values { string(value) }
    }

    mutating func map(_ values: [String: String]) {
        bytes.append(Kind.map.rawValue)
        integer(Int64(values.count))
        for (key, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            string(key)
            string(value)
        }
    }

    /// The hash of a value within the value.
    mutating func nested(_ hash: [UInt8]) {
        bytes.append(Kind.nested.rawValue)
        bytes.append(Kind.bytes.rawValue)
        integer(Int64(hash.count))
        bytes.append(contentsOf: hash)
    }
}
