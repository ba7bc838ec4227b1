import NIOCore

/// The bytes of a request's body between their source and libcurl.
///
/// What went out first is kept for a while, so that libcurl can send it again when a kept-alive connection turns out to be closed.
struct UploadQueue {
    /// How many bytes of a stream are kept to be sent again.
    static let maxReplayBytes = 1_048_576

    private var pieces: [ByteBuffer] = []
    /// The first of `pieces` not yet sent whole.
    private var position = 0
    private var sentBytes = 0
    private var canReplay = true
    private(set) var waitingBytes = 0
    /// All bytes that were ever added.
    private(set) var addedBytes: Int64 = 0
    var isEnded = false

    mutating func add(_ piece: ByteBuffer) {
        guard piece.readableBytes > 0 else { return }
        pieces.append(piece.slice())
        waitingBytes += piece.readableBytes
        addedBytes += Int64(piece.readableBytes)
    }

    /// Moves bytes out; returns how many.
    mutating func read(into target: UnsafeMutableRawBufferPointer, isWhole: Bool) -> Int {
        var copied = 0
        while copied < target.count, position < pieces.count {
            let count = pieces[position].withUnsafeReadableBytes { bytes in
                let count = min(bytes.count, target.count - copied)
                UnsafeMutableRawBufferPointer(rebasing: target[copied..<(copied + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                return count
            }
            pieces[position].moveReaderIndex(forwardBy: count)
            if pieces[position].readableBytes == 0 { position += 1 }
            copied += count
        }
        waitingBytes -= copied
        sentBytes += copied
        if canReplay, !isWhole, sentBytes > Self.maxReplayBytes { canReplay = false }
        if !canReplay, position > 0 {
            pieces.removeFirst(position)
            position = 0
        }
        return copied
    }

    /// Goes back to the first byte; `false` where it is no longer kept.
    mutating func rewind() -> Bool {
        guard canReplay else { return sentBytes == 0 }
        for index in pieces.indices { pieces[index].moveReaderIndex(to: 0) }
        position = 0
        waitingBytes += sentBytes
        sentBytes = 0
        return true
    }
}
