import CLinux
import Glibc
import NIOCore
import Synchronization

/// A new file being written piece by piece on the pool's threads, while the next pieces are on their way.
///
/// The file has its final name from the start: nothing names a fresh address before its put has returned, so that a half-written
/// file is visible to clean-up only, and one journal commit covers file and folder.
final class FileWriter: Sendable {
    /// From how many bytes a thread is called, so that a hop is worth its price.
    static let minHandOverBytes = 262_144
    /// From how many bytes the source waits.
    static let maxWaitingBytes = 2_097_152
    /// After how many bytes the kernel is asked to begin writing out, so that the last fsync has little left.
    static let writebackBytes: Int64 = 8_388_608

    fileprivate struct State {
        var waiting: [ByteBuffer] = []
        var waitingBytes = 0
        var isWorking = false
        var error: ObjectStoreError?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let pool: BlockingPool
    private let path: String
    private let root: LocalRoot
    private let file: OpenFile
    private let folder: OpenFile
    private let name: String
    private let state = Mutex(State())
    /// Only the one thread at work changes these.
    private let writtenBytes = Atomic<Int64>(0)

    private init(_ root: LocalRoot, _ path: String, _ pool: BlockingPool) throws(ObjectStoreError) {
        self.root = root
        self.path = path
        self.pool = pool
        (file, folder, name) = try root.createFile(path)
    }

    /// Writes a whole body to a new file, durable when this returns. Nothing is left when it throws.
    static func write(
        _ body: ObjectBody, to path: String, in root: LocalRoot, on pool: BlockingPool
    ) async throws(ObjectStoreError) -> ObjectInfo {
        switch body.source {
        case .bytes(let bytes):
            return try await pool.run { () throws(ObjectStoreError) in
                let writer = try FileWriter(root, path, pool)
                return try writer.undoing { () throws(ObjectStoreError) in
                    try writer.writeOut([bytes])
                    return try writer.finish()
                }
            }
        case .stream(let next):
            let writer = try await pool.run { () throws(ObjectStoreError) in try FileWriter(root, path, pool) }
            do throws(ObjectStoreError) {
                try await writer.pump(next, length: body.length)
                return try await pool.run { () throws(ObjectStoreError) in try writer.finish() }
            } catch {
                await writer.drain()
                _ = try? await pool.run { writer.remove() }
                throw error
            }
        }
    }

    private func pump(_ next: () async throws -> ByteBuffer?, length: Int64?) async throws(ObjectStoreError) {
        var count: Int64 = 0
        while true {
            let piece: ByteBuffer?
            do { piece = try await next() } catch {
                let code: ObjectStoreError.Code = error is CancellationError ? .cancelled : .bodyFailed
                throw ObjectStoreError(code, "the source of the body failed", cause: error)
            }
            guard let piece else { break }
            count += Int64(piece.readableBytes)
            if let length, count > length {
                throw ObjectStoreError(.bodyLength, "the body has more than \(length) bytes")
            }
            try await add(piece)
        }
        if let length, count != length {
            throw ObjectStoreError(.bodyLength, "the body had \(count) bytes and not \(length)")
        }
        work(isLast: true)
        await drain()
        if let error = state.withLock({ $0.error }) { throw error }
    }

    private func add(_ piece: ByteBuffer) async throws(ObjectStoreError) {
        let (error, mustWait) = state.withLock { state in
            state.waiting.append(piece)
            state.waitingBytes += piece.readableBytes
            return (state.error, state.waitingBytes >= Self.maxWaitingBytes)
        }
        if let error { throw error }
        work(isLast: false)
        if mustWait { await wait { $0.waitingBytes < Self.maxWaitingBytes } }
    }

    /// Has a thread write what waits, if enough does and none is at it.
    private func work(isLast: Bool) {
        let pieces: [ByteBuffer]? = state.withLock { state in
            guard !state.isWorking, state.waitingBytes >= (isLast ? 1 : Self.minHandOverBytes) else { return nil }
            return state.takeWaiting()
        }
        guard let pieces else { return }
        pool.submit { isActive in
            var pieces: [ByteBuffer]? = pieces
            while let batch = pieces {
                var failure: ObjectStoreError? = isActive ? nil : BlockingPool.shutDown
                if isActive { do throws(ObjectStoreError) { try self.writeOut(batch) } catch { failure = error } }
                let waiter = self.state.withLock { state in
                    state.isWorking = false
                    if let failure { state.error = failure }
                    pieces = state.error == nil && state.waitingBytes > 0 ? state.takeWaiting() : nil
                    return state.waiter.take()
                }
                waiter?.resume()
            }
        }
    }

    /// Waits until no thread is at work.
    private func drain() async { await wait { !$0.isWorking } }

    private func wait(until isDone: @Sendable (borrowing State) -> Bool) async {
        while !state.withLock({ isDone($0) || !$0.isWorking }) {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isWorking { state.waiter = continuation }
                    return !state.isWorking
                }
                if isOver { continuation.resume() }
            }
        }
    }

    private func writeOut(_ pieces: [ByteBuffer]) throws(ObjectStoreError) {
        let start = writtenBytes.load(ordering: .relaxed)
        var end = start
        for piece in pieces {
            try piece.withUnsafeReadableBytes { (bytes) throws(ObjectStoreError) in try file.write(bytes) }
            end += Int64(piece.readableBytes)
        }
        writtenBytes.store(end, ordering: .relaxed)
        let window = end / Self.writebackBytes * Self.writebackBytes
        if window > start {
            let from = start / Self.writebackBytes * Self.writebackBytes
            _ = tarn_begin_writeback(file.descriptor, off_t(from), off_t(window - from))
        }
    }

    private func finish() throws(ObjectStoreError) -> ObjectInfo {
        try file.synchronise("make an object durable")
        try folder.synchronise("make an object's name durable")
        return try file.info()
    }

    private func remove() { unlinkat(folder.descriptor, name, 0) }

    private func undoing<Result>(_ work: () throws(ObjectStoreError) -> Result) throws(ObjectStoreError) -> Result {
        do throws(ObjectStoreError) { return try work() } catch {
            remove()
            throw error
        }
    }
}

extension FileWriter.State {
    fileprivate mutating func takeWaiting() -> [ByteBuffer] {
        isWorking = true
        waitingBytes = 0
        defer { waiting = [] }
        return waiting
    }
}
