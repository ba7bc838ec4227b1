/// Where the parts of an encoded entry are.
struct EntryLayout {
    /// The identity section.
    let identity: Range<Int>
    /// In bytes; never negative.
    let size: Int64

    /// - Returns: `nil` if the bytes break the format as far as the size.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 2, bytes[0] == EntryCodec.format else { return nil }
        var offset = 1
        guard let length = Varint.readLength(bytes, &offset) else { return nil }
        identity = offset..<offset + length
        let section = UnsafeRawBufferPointer(rebasing: bytes[identity])
        var inside = 1
        guard section.first == EntryField.size, let size = Varint.read(section, &inside) else { return nil }
        // A negative size, which only a faulty caller makes, counts as nothing.
        self.size = max(0, Int64(bitPattern: size))
    }
}
