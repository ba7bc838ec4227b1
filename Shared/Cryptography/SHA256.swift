import COpenSSL

/// SHA-256 (FIPS 180-4).
package struct SHA256: HashFunction {
    private var context = SHA256_CTX()

    package init() {
        SHA256_Init(&context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    package func finalize() -> SHA256Digest {
        var copy = context
        return SHA256Digest { SHA256_Final($0.baseAddress?.assumingMemoryBound(to: UInt8.self), &copy) }
    }
}
