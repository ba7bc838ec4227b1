import COpenSSL

/// MD5 (RFC 1321); for S3's ETags and `Content-MD5` only.
package struct MD5: HashFunction {
    private var context = MD5_CTX()

    package init() {
        MD5_Init(&context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        MD5_Update(&context, bytes.baseAddress, bytes.count)
    }

    package func finalize() -> MD5Digest {
        var copy = context
        return MD5Digest { MD5_Final($0.baseAddress?.assumingMemoryBound(to: UInt8.self), &copy) }
    }
}
