/// Goes through the fields of a section of an encoded entry.
struct EntryFieldReader {
    struct Field {
        let tag: UInt8
        /// The bytes of a field that has a length; empty for a number.
        let content: ArraySlice<UInt8>
        /// The value of a field that is a number.
        let number: UInt64
    }

    private let bytes: ArraySlice<UInt8>
    private var offset: Int
    private let end: Int

    /// The fields from `start` to `end`, counted from the first of the bytes.
    init(_ bytes: ArraySlice<UInt8>, from start: Int, to end: Int? = nil) {
        self.bytes = bytes
        offset = start
        self.end = end ?? bytes.count
    }

    mutating func next() throws(TreeError) -> Field? {
        guard offset < end else { return nil }
        let first = bytes.startIndex
        let tag = bytes[first + offset]
        var at = offset + 1
        let end = end
        let number: UInt64? = bytes.withUnsafeBytes { all in
            let section = UnsafeRawBufferPointer(rebasing: all[..<end])
            return tag & 1 == 0 ? Varint.read(section, &at) : Varint.readLength(section, &at).map(UInt64.init)
        }
        guard let number else { throw TreeError.corruptEntry(reason: "a field is cut off") }
        guard tag & 1 == 1 else {
            offset = at
            return Field(tag: tag, content: [], number: number)
        }
        offset = at + Int(number)
        return Field(tag: tag, content: bytes[first + at..<first + offset], number: 0)
    }
}
