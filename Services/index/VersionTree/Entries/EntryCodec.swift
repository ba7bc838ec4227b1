import Cryptography
package import Domain

/// Entries as bytes: a format byte, the length of the identity section, that section, and the rest.
///
/// Two entries have the same identity exactly when their identity sections are the same bytes. `design/0003-tree.md`
/// describes every byte.
package enum EntryCodec {
    static let format: UInt8 = 1

    package static func encode(_ entry: Entry) -> [UInt8] {
        var identity: [UInt8] = []
        identity.reserveCapacity(64)
        identity.append(EntryField.size)
        Varint.append(UInt64(bitPattern: entry.size), to: &identity)
        appendChecksum(entry.checksum, to: &identity)
        if entry.contentType != Entry.defaultContentType {
            append(EntryField.contentType, entry.contentType.utf8, to: &identity)
        }
        appendPairs(EntryField.userMetadata, entry.userMetadata, to: &identity)
        appendPairs(EntryField.attribute, entry.attributes, to: &identity)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(identity.count + 96)
        bytes.append(format)
        Varint.append(UInt64(identity.count), to: &bytes)
        bytes.append(contentsOf: identity)
        switch entry.address {
        case .relative(let path): append(EntryField.relativeAddress, path.utf8, to: &bytes)
        case .full(let uri): append(EntryField.fullAddress, uri.utf8, to: &bytes)
        }
        bytes.append(EntryField.modified)
        Varint.append(UInt64(bitPattern: entry.modified << 1 ^ entry.modified >> 63), to: &bytes)
        return bytes
    }

    private static func append(_ tag: UInt8, _ content: some Collection<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(tag)
        Varint.append(UInt64(content.count), to: &bytes)
        bytes.append(contentsOf: content)
    }

    private static func appendPairs(_ tag: UInt8, _ pairs: [String: String], to bytes: inout [UInt8]) {
        guard !pairs.isEmpty else { return }
        for (key, value) in pairs.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            var content: [UInt8] = []
            Varint.append(UInt64(key.utf8.count), to: &content)
            content.append(contentsOf: key.utf8)
            content.append(contentsOf: value.utf8)
            append(tag, content, to: &bytes)
        }
    }

    /// An MD5 in lower-case hexadecimal takes half its length; every text has exactly one encoding.
    private static func appendChecksum(_ checksum: String, to bytes: inout [UInt8]) {
        let text = Array(checksum.utf8)
        guard text.count >= 32, text[..<32].allSatisfy(\.isLowercaseHex), let digest = Hex.decode(text[..<32]) else {
            return append(EntryField.checksumText, text, to: &bytes)
        }
        if text.count == 32 { return append(EntryField.checksumMD5, digest, to: &bytes) }
        let digits = text[33...]
        guard text[32] == UInt8(ascii: "-"), (1...9).contains(digits.count), digits.allSatisfy(\.isASCIIDigit),
            digits.first != UInt8(ascii: "0")
        else {
            return append(EntryField.checksumText, text, to: &bytes)
        }
        var content = digest
        Varint.append(digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }, to: &content)
        append(EntryField.checksumMultipart, content, to: &bytes)
    }
}
