import CLinux
import Glibc
import NIOCore
import Synchronization

/// An open file of the local store.
final class FileReader: ObjectReader {
    /// How much one `next` reads.
    static let pieceBytes = 524_288

    private struct State {
        /// `nil` once closed.
        var handle: NIOFileHandle?
        var position: Int64
    }

    private let pool: BlockingPool
    private let end: Int64
    private let state: Mutex<State>

    init(_ descriptor: Int32, _ range: Range<Int64>, _ pool: BlockingPool) {
        self.pool = pool
        end = range.upperBound
        state = Mutex(
            State(handle: NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor), position: range.lowerBound)
        )
    }

    deinit { close() }

    var bytes: ByteBuffer? { nil }

    var fileRegion: FileRegion? {
        state.withLock { state in
            state.handle.map { FileRegion(fileHandle: $0, readerIndex: Int(state.position), endIndex: Int(end)) }
        }
    }

    func next() async throws(ObjectStoreError) -> ByteBuffer? {
        let (handle, position) = state.withLock { ($0.handle, $0.position) }
        guard position < end else { return nil }
        guard let handle else { throw ObjectStoreError(.failed, "the object was closed") }
        let count = Int(min(Int64(Self.pieceBytes), end - position))
        // Most files that are read were read or written lately: no thread is needed for what is in memory.
        if let piece = try Self.read(handle, count, at: position, cachedOnly: true) { return advance(by: piece) }
        let piece = try await pool.run { () throws(ObjectStoreError) in
            try Self.read(handle, count, at: position, cachedOnly: false)
        }
        return advance(by: piece ?? ByteBuffer())
    }

    private func advance(by piece: ByteBuffer) -> ByteBuffer {
        state.withLock { $0.position += Int64(piece.readableBytes) }
        return piece
    }

    /// Reads at most `count` bytes and at least one; `nil` where that would have to wait for the disk.
    private static func read(
        _ handle: NIOFileHandle, _ count: Int, at position: Int64, cachedOnly: Bool
    ) throws(ObjectStoreError) -> ByteBuffer? {
        do {
            return try handle.withUnsafeFileDescriptor { descriptor in
                try FileReader.read(descriptor, count, at: position, cachedOnly: cachedOnly)
            }
        } catch let error as ObjectStoreError {
            throw error
        } catch {
            throw ObjectStoreError(.failed, "the object was closed", cause: error)
        }
    }

    static func read(
        _ descriptor: Int32, _ count: Int, at position: Int64, cachedOnly: Bool
    ) throws(ObjectStoreError) -> ByteBuffer? {
        var piece = ByteBuffer()
        piece.reserveCapacity(count)
        while piece.readableBytes < count {
            let offset = position + Int64(piece.readableBytes)
            let wanted = count - piece.readableBytes
            let result = piece.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room -> Int in
                let size =
                    cachedOnly
                    ? tarn_read_cached(descriptor, room.baseAddress, wanted, off_t(offset))
                    : pread(descriptor, room.baseAddress, wanted, off_t(offset))
                return max(0, size)
            }
            if result == 0 { break }
        }
        if piece.readableBytes == count || (cachedOnly && piece.readableBytes > 0) { return piece }
        if cachedOnly { return nil }
        throw ObjectStoreError(.corrupt, "the object is shorter than it was")
    }

    func close() {
        guard let handle = state.withLock({ $0.handle.take() }) else { return }
        // Another thread may be in the middle of sending from it, which takes microseconds.
        while true {
            do { return try handle.close() } catch let error as IOError
                where error.errnoCode == EBUSY
            {
                sched_yield()
            } catch { return }
        }
    }
}

/// A small object, read whole.
struct BytesReader: ObjectReader {
    private let all: ByteBuffer
    private let isTaken = TakenFlag()

    init(_ all: ByteBuffer) { self.all = all }

    var bytes: ByteBuffer? { all }
    var fileRegion: FileRegion? { nil }

    func next() async throws(ObjectStoreError) -> ByteBuffer? {
        guard all.readableBytes > 0, isTaken.set() else { return nil }
        return all
    }

    func close() {}

    private final class TakenFlag: Sendable {
        private let flag = Atomic(false)
        /// Whether this is the first call.
        func set() -> Bool { !flag.exchange(true, ordering: .relaxed) }
    }
}
