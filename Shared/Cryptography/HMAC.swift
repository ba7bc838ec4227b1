/// A key for HMAC (RFC 2104) with both pads already hashed, so that a short message costs two compressions.
package struct HMACKey<Function: HashFunction>: Sendable {
    /// The block size of MD5, SHA-1 and SHA-256, in bytes.
    @inlinable static var blockBytes: Int { 64 }

    @usableFromInline let inner: Function
    @usableFromInline let outer: Function

    @inlinable package init(_ key: some Collection<UInt8>) {
        var block: [UInt8] = []
        block.reserveCapacity(Self.blockBytes)
        if key.count > Self.blockBytes {
            block.append(contentsOf: Function.hash(key).bytes)
        } else {
            block.append(contentsOf: key)
        }
        block.append(contentsOf: repeatElement(0, count: Self.blockBytes - block.count))
        for index in block.indices { block[index] ^= 0x36 }
        inner = Self.started(with: block)
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        outer = Self.started(with: block)
    }

    @inlinable package init(_ key: Function.Digest) {
        self.init(key.bytes)
    }

    /// The UTF-8 of a string as key.
    @inlinable package init(_ key: some StringProtocol) {
        self.init(key.utf8)
    }

    @inlinable static func started(with block: [UInt8]) -> Function {
        var function = Function()
        block.withUnsafeBytes { function.update($0) }
        return function
    }

    @inlinable package func code(_ message: UnsafeRawBufferPointer) -> Function.Digest {
        var function = inner
        function.update(message)
        return finish(function)
    }

    @inlinable package func code(_ message: some Collection<UInt8>) -> Function.Digest {
        var function = inner
        function.update(message)
        return finish(function)
    }

    @inlinable package func code(_ message: some StringProtocol) -> Function.Digest {
        code(message.utf8)
    }

    /// A function to feed a long message to; end it with `finish`.
    @inlinable package func start() -> Function { inner }

    @inlinable package func finish(_ function: Function) -> Function.Digest {
        var end = outer
        function.finalize().withUnsafeBytes { end.update($0) }
        return end.finalize()
    }
}

package typealias HMACSHA256 = HMACKey<SHA256>
package typealias HMACSHA1 = HMACKey<SHA1>
