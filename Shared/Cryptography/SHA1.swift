import COpenSSL

/// SHA-1 (FIPS 180-4); for S3's checksums and the old request signature only.
package struct SHA1: HashFunction {
    private var context = SHA_CTX()

    package init() {
        SHA1_Init(&context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA1_Update(&context, bytes.baseAddress, bytes.count)
    }

    package func finalize() -> SHA1Digest {
        var copy = context
        return SHA1Digest { SHA1_Final($0.baseAddress?.assumingMemoryBound(to: UInt8.self), &copy) }
    }
}
