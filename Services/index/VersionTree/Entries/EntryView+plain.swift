/// What an entry has when it has nothing out of the ordinary: no metadata, attributes or content type, an MD5 for a checksum and
/// an address below the repository's namespace.
package struct PlainEntry {
    package fileprivate(set) var size: Int64 = 0
    /// 16 bytes.
    package fileprivate(set) var md5 = UnsafeRawBufferPointer(start: nil, count: 0)
    package fileprivate(set) var address = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Milliseconds since 1970.
    package fileprivate(set) var modified: Int64 = 0

    fileprivate var isComplete: Bool { md5.count == 16 && address.baseAddress != nil }

    /// - Returns: nil for a field that a plain entry does not have, or one that is cut off.
    fileprivate init?(_ bytes: UnsafeRawBufferPointer) {
        guard let layout = EntryLayout(bytes) else { return nil }
        var offset = layout.identity.lowerBound
        while offset < bytes.count {
            let tag = bytes[offset]
            offset += 1
            if tag & 1 == 0 {
                guard let number = Varint.read(bytes, &offset) else { return nil }
                switch tag {
                case EntryField.size: size = Int64(bitPattern: number)
                case EntryField.modified: modified = Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
                default: return nil
                }
            } else {
                guard let length = Varint.readLength(bytes, &offset) else { return nil }
                let content = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                switch tag {
                case EntryField.checksumMD5: md5 = content
                case EntryField.relativeAddress: address = content
                default: return nil
                }
                offset += length
            }
        }
        guard isComplete else { return nil }
    }
}

extension EntryView {
    /// Reads the entry in place where it is a plain one.
    /// - Parameter body: gets nil where there is more to it, for `decode`; what it gets is valid within it.
    package func withPlain<Result>(_ body: (PlainEntry?) -> Result) -> Result {
        bytes.withUnsafeBytes { body(PlainEntry($0)) }
    }
}
