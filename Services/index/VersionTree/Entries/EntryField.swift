/// The fields of an encoded entry: a tag byte is the field's number times two, plus one where a length and bytes follow
/// instead of a varint. So a reader can step over fields it does not know.
enum EntryField {
    // In the identity section.
    static let size: UInt8 = 1 << 1
    /// 16 bytes: an MD5.
    static let checksumMD5: UInt8 = 2 << 1 | 1
    /// 16 bytes and a varint: the MD5 and the number of parts of a multipart upload.
    static let checksumMultipart: UInt8 = 3 << 1 | 1
    /// Any other checksum, as text.
    static let checksumText: UInt8 = 4 << 1 | 1
    /// Left out where it is `Entry.defaultContentType`.
    static let contentType: UInt8 = 5 << 1 | 1
    /// One a pair, by ascending bytes of its key: varint length of the key, key, value.
    static let userMetadata: UInt8 = 6 << 1 | 1
    /// As user metadata.
    static let attribute: UInt8 = 7 << 1 | 1

    // Behind it.
    static let relativeAddress: UInt8 = 16 << 1 | 1
    static let fullAddress: UInt8 = 17 << 1 | 1
    /// Zigzag: milliseconds since 1970.
    static let modified: UInt8 = 18 << 1
}
