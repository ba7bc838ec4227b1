/// A digest computed piece by piece; a plain value, so a copy continues on its own.
package protocol HashFunction: Sendable {
    associatedtype Digest: FixedBytes

    init()
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The digest of everything so far; the value can go on being updated.
    func finalize() -> Digest
}

extension HashFunction {
    @inlinable package mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if done == nil {
            Array(bytes).withUnsafeBytes { update($0) }
        }
    }

    /// Adds the UTF-8 of a string.
    @inlinable package mutating func update(_ string: some StringProtocol) {
        update(string.utf8)
    }

    @inlinable package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var function = Self()
        function.update(bytes)
        return function.finalize()
    }

    @inlinable package static func hash(_ bytes: some Collection<UInt8>) -> Digest {
        var function = Self()
        function.update(bytes)
        return function.finalize()
    }

    @inlinable package static func hash(_ string: some StringProtocol) -> Digest {
        hash(string.utf8)
    }
}
