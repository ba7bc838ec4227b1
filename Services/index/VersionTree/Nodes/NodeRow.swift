/// One row of a node, as places in its bytes.
struct NodeRow {
    /// How many bytes its key shares with the key before.
    let shared: Int
    /// The rest of its key.
    let suffix: Range<Int>
    let payload: Range<Int>

    /// The row at `offset`, which moves behind it; `nil` if it is cut off.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) {
        guard let shared = Varint.read(bytes, &offset), shared <= UInt64(Limits.maxKeyBytes),
            let suffixLength = Varint.readLength(bytes, &offset),
            let payloadLength = Varint.readLength(bytes, &offset),
            suffixLength + payloadLength <= bytes.count - offset
        else { return nil }
        self.shared = Int(shared)
        suffix = offset..<offset + suffixLength
        payload = suffix.upperBound..<suffix.upperBound + payloadLength
        offset = payload.upperBound
    }
}
