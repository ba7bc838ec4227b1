import COpenSSL

/// Comparison whose time tells nothing about where two secrets differ; only their lengths show.
package enum ConstantTime {
    package static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return true }
        return CRYPTO_memcmp(leftBase, rightBase, left.count) == 0
    }

    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in equal(left, right) } }
    }

    @inlinable package static func equal<Value: FixedBytes>(_ left: Value, _ right: Value) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in equal(left, right) } }
    }

    /// Compares the UTF-8 of two strings through their digests, so that not even their lengths show.
    package static func equal(_ left: String, _ right: String) -> Bool {
        equal(SHA256.hash(left), SHA256.hash(right))
    }
}
