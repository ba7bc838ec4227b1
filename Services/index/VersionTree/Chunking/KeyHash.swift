/// The keyed 64-bit hash of a key that decides where nodes end.
///
/// Fast, and unpredictable to who does not know the salt; no more is asked of it. Part of the format: `design/0003-tree.md`.
struct KeyHash: Sendable {
    // The first digits of the fraction of pi: constants nobody chose.
    private static let pi0: UInt64 = 0x243F_6A88_85A3_08D3
    private static let pi1: UInt64 = 0x1319_8A2E_0370_7344
    private static let pi2: UInt64 = 0xA409_3822_299F_31D0
    private static let pi3: UInt64 = 0x082E_FA98_EC4E_6C89

    private let seed: UInt64
    private let factor: UInt64
    private let lastFactor: UInt64

    init(_ salt: Salt) {
        seed = salt.word0
        factor = (salt.word1 ^ Self.pi1) | 1
        lastFactor = (salt.word0 ^ salt.word1 ^ Self.pi3) | 1
    }

    /// The hash from which the priorities of a key on all levels follow.
    @inline(__always)
    func base(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed ^ (UInt64(key.count) &* Self.pi0)
        var offset = 0
        while offset + 16 <= key.count {
            let first = UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let second = UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            hash = Self.mix(first ^ factor, second ^ hash)
            offset += 16
        }
        if offset < key.count {
            let first = Self.tail(key, offset)
            let second = offset + 8 < key.count ? Self.tail(key, offset + 8) : 0
            hash = Self.mix(first ^ factor, second ^ hash)
        }
        return hash
    }

    /// Up to eight bytes, the first the lowest, zeros for those beyond the end.
    @inline(__always)
    private static func tail(_ key: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        if offset + 8 <= key.count {
            return UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var word: UInt64 = 0
        for index in stride(from: key.count - 1, through: offset, by: -1) { word = word << 8 | UInt64(key[index]) }
        return word
    }

    /// The priority by which a row of this level may end a node: the least in its surroundings does.
    @inline(__always)
    func priority(_ base: UInt64, level: Int) -> UInt64 {
        Self.mix(base ^ (UInt64(2 * level + 1) &* Self.pi2), lastFactor)
    }

    /// An independent priority, by which a node is cut that found no natural end.
    @inline(__always)
    func forcedPriority(_ base: UInt64, level: Int) -> UInt64 {
        Self.mix(base ^ (UInt64(2 * level + 2) &* Self.pi2), lastFactor)
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
