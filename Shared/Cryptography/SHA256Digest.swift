/// The 32 bytes of a SHA-256 digest.
package struct SHA256Digest: FixedBytes {
    // Memory order: a word's value depends on the machine, its bytes do not.
    let word0, word1, word2, word3: UInt64

    package init() {
        (word0, word1, word2, word3) = (0, 0, 0, 0)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.word0 == right.word0 && left.word1 == right.word1 && left.word2 == right.word2 && left.word3 == right.word3
    }

    /// Hashes the first eight bytes only: those of a digest are already uniform.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        if left.word2 != right.word2 { return left.word2.bigEndian < right.word2.bigEndian }
        return left.word3.bigEndian < right.word3.bigEndian
    }

    /// The first eight bytes as one number, most significant byte first.
    package var prefix64: UInt64 { word0.bigEndian }
}
