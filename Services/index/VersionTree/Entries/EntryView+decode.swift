import Cryptography
package import Domain

extension EntryView {
    /// The whole entry as a value, its texts as strings. Fields of a later version are left out.
    package func decode() throws(TreeError) -> Entry {
        var entry = Entry(address: .relative(""), size: try size, checksum: "", modified: 0)
        var hasAddress = false
        var hasChecksum = false
        let start = bytes.startIndex
        let identity = try identity
        var reader = EntryFieldReader(
            bytes, from: identity.startIndex - start, to: identity.endIndex - start)
        while let field = try reader.next() {
            switch field.tag {
            case EntryField.size: entry.size = Int64(bitPattern: field.number)
            case EntryField.checksumMD5, EntryField.checksumMultipart, EntryField.checksumText:
                entry.checksum = try Self.checksum(field)
                hasChecksum = true
            case EntryField.contentType: entry.contentType = try Self.text(field.content)
            case EntryField.userMetadata:
                let (key, value) = try Self.pair(field.content)
                entry.userMetadata[key] = value
            case EntryField.attribute:
                let (key, value) = try Self.pair(field.content)
                entry.attributes[key] = value
            default: break
            }
        }
        reader = EntryFieldReader(bytes, from: identity.endIndex - start)
        while let field = try reader.next() {
            switch field.tag {
            case EntryField.relativeAddress:
                entry.address = .relative(try Self.text(field.content))
                hasAddress = true
            case EntryField.fullAddress:
                entry.address = .full(try Self.text(field.content))
                hasAddress = true
            case EntryField.modified:
                entry.modified = Int64(bitPattern: field.number >> 1) ^ -Int64(bitPattern: field.number & 1)
            default: break
            }
        }
        guard hasAddress, hasChecksum else { throw TreeError.corruptEntry(reason: "no address or no checksum") }
        return entry
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(TreeError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TreeError.corruptEntry(reason: "a text is not UTF-8")
        }
        return text
    }

    private static func pair(_ bytes: ArraySlice<UInt8>) throws(TreeError) -> (String, String) {
        var at = 0
        guard let length = bytes.withUnsafeBytes({ Varint.readLength($0, &at) }) else {
            throw TreeError.corruptEntry(reason: "a pair is cut off")
        }
        let middle = bytes.startIndex + at + length
        return (try text(bytes[bytes.startIndex + at..<middle]), try text(bytes[middle...]))
    }

    private static func checksum(_ field: EntryFieldReader.Field) throws(TreeError) -> String {
        if field.tag == EntryField.checksumText { return try text(field.content) }
        let content = field.content
        guard content.count >= 16 else { throw TreeError.corruptEntry(reason: "a checksum is cut off") }
        let digest = Hex.encode(Array(content.prefix(16)))
        if field.tag == EntryField.checksumMD5 {
            guard content.count == 16 else { throw TreeError.corruptEntry(reason: "an MD5 is not 16 bytes") }
            return digest
        }
        var at = 16
        guard let parts = content.withUnsafeBytes({ Varint.read($0, &at) }), at == content.count else {
            throw TreeError.corruptEntry(reason: "a multipart checksum is cut off")
        }
        return "\(digest)-\(parts)"
    }
}
