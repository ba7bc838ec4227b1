/// The 20 bytes of a SHA-1 digest.
package struct SHA1Digest: FixedBytes {
    let word0, word1, word2, word3, word4: UInt32

    package init() {
        (word0, word1, word2, word3, word4) = (0, 0, 0, 0, 0)
    }
}
