import Cryptography

/// The payload of an inner row: what is known of a node one level below.
struct ChildRow: Hashable {
    /// The child ends where the boundary rule itself says so, not only because it could grow no further.
    let isNatural: Bool
    let hash: NodeHash
    let summary: Summary

    init(isNatural: Bool, hash: NodeHash, summary: Summary) {
        self.isNatural = isNatural
        self.hash = hash
        self.summary = summary
    }

    /// - Returns: `nil` if the bytes are not exactly a payload.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 33, bytes[0] <= 1 else { return nil }
        var offset = 33
        guard let entries = Varint.read(bytes, &offset).flatMap(Int64.init(exactly:)),
            let size = Varint.read(bytes, &offset).flatMap(Int64.init(exactly:)), offset == bytes.count
        else { return nil }
        isNatural = bytes[0] == 1
        hash = bytes.loadUnaligned(fromByteOffset: 1, as: NodeHash.self)
        summary = Summary(entries: entries, bytes: size)
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        bytes.append(isNatural ? 1 : 0)
        hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
        Varint.append(UInt64(summary.entries), to: &bytes)
        Varint.append(UInt64(summary.bytes), to: &bytes)
        return bytes
    }
}
