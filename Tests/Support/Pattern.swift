package import NIOCore

/// Bytes that tell where they belong: what bodies in tests is made of.
package enum Pattern {
    /// A prime, so that no power of two is a multiple of it.
    private static let period = 65_521
    private static let twice = ByteBuffer(
        bytes: (0..<(2 * period)).map { UInt8(truncatingIfNeeded: $0 % period &* 31 &+ ($0 % period) >> 8) })

    package static func bytes(_ range: Range<Int>) -> ByteBuffer {
        var all = ByteBuffer()
        all.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let count = min(period, range.upperBound - position)
            all.writeImmutableBuffer(twice.getSlice(at: position % period, length: count) ?? ByteBuffer())
            position += count
        }
        return all
    }

    package static func matches(_ bytes: ByteBuffer, at position: Int) -> Bool {
        bytes == Self.bytes(position..<(position + bytes.readableBytes))
    }
}

extension Pattern {
    package static func array(_ range: Range<Int>) -> [UInt8] { Array(bytes(range).readableBytesView) }
}
