import Domain
package import NIOCore

/// An object opened for reading: what it is, and a way to its bytes.
///
/// For one reader. Whoever holds it calls `close()` in a `defer`: an open one keeps a file or a connection.
package final class ObjectContent: Sendable {
    package let info: ObjectInfo
    /// Which bytes of the object will come: all, or the range asked for clipped to the size.
    package let range: Range<Int64>
    let reader: any ObjectReader

    init(info: ObjectInfo, range: Range<Int64>, reader: any ObjectReader) {
        self.info = info
        self.range = range
        self.reader = reader
    }

    deinit { reader.close() }

    /// The number of bytes that will come.
    package var length: Int64 { range.upperBound - range.lowerBound }

    /// The bytes of a small object that is already in memory, which need not be awaited; `nil` for all others.
    package var bytes: ByteBuffer? { reader.bytes }

    /// The open file's bytes, for the kernel to send (`FileRegion`); `nil` where there is no file.
    ///
    /// Valid until `close()`: keep this object until the write of the region has ended.
    package var fileRegion: FileRegion? { reader.fileRegion }

    /// The next piece, in order; `nil` after the last.
    ///
    /// - Throws: `corrupt` where the store ends before `length` bytes came: never a short success.
    package func next() async throws(ObjectStoreError) -> ByteBuffer? { try await reader.next() }

    /// All that is left, at once.
    ///
    /// - Throws: `tooLarge` where it is more than `maxBytes`.
    package func collect(maxBytes: Int) async throws(ObjectStoreError) -> ByteBuffer {
        guard length <= Int64(maxBytes) else {
            throw ObjectStoreError(.tooLarge, "the content is larger than \(maxBytes) bytes")
        }
        if let bytes { return bytes }
        var all = ByteBuffer()
        all.reserveCapacity(Int(length))
        while var piece = try await next() { all.writeBuffer(&piece) }
        return all
    }

    /// Gives back the file or the connection, in mid-stream too. Safe to call twice.
    package func close() { reader.close() }
}

/// What each store puts behind `ObjectContent`.
protocol ObjectReader: Sendable {
    var bytes: ByteBuffer? { get }
    var fileRegion: FileRegion? { get }
    func next() async throws(ObjectStoreError) -> ByteBuffer?
    func close()
}
