/// The 16 bytes of an MD5 digest.
package struct MD5Digest: FixedBytes {
    let word0, word1: UInt64

    package init() {
        (word0, word1) = (0, 0)
    }
}
