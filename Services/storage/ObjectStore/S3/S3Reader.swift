import Curl
import NIOCore
import Synchronization

/// The bytes of an S3 answer, counted; a cut answer is asked for again from where it ended.
final class S3Reader: ObjectReader {
    /// How often an answer is asked for again without progress in between.
    static let maxResumes = 3
    /// Fewer bytes than these are no progress: a store that cuts every answer short must not be asked a thousand times.
    static let progressBytes: Int64 = 65_536

    private struct State {
        /// `nil` once closed.
        var response: CurlResponse?
        /// The object's byte that the response brings next.
        var position: Int64
        var resumes = 0
        /// Where the last answer that counts as progress ended, and those after it began to be counted.
        var progress: Int64
    }

    private let client: S3Client
    private let call: S3Client.Call
    private let wanted: Range<Int64>
    private let etag: String
    private let state: Mutex<State>

    /// - Parameter offered: what the response brings, of which some may not be wanted.
    init(
        _ client: S3Client, _ call: S3Client.Call, _ response: CurlResponse, offered: Range<Int64>,
        wanted: Range<Int64>,
        etag: String
    ) {
        self.client = client
        self.call = call
        self.wanted = wanted
        self.etag = etag
        state = Mutex(State(response: response, position: offered.lowerBound, progress: offered.lowerBound))
    }

    var bytes: ByteBuffer? { nil }
    var fileRegion: FileRegion? { nil }

    func next() async throws(ObjectStoreError) -> ByteBuffer? {
        while true {
            let (response, position) = state.withLock { ($0.response, $0.position) }
            guard position < wanted.upperBound else {
                close()
                return nil
            }
            guard let response else { throw ObjectStoreError(.failed, "the object was closed") }
            var failure: ObjectStoreError
            do {
                if let piece = try await response.next() {
                    if let piece = take(piece, at: position) { return piece }
                    continue
                }
                failure = ObjectStoreError(
                    .corrupt, "the store's answer ended at byte \(position) of \(wanted.upperBound)")
            } catch {
                failure = ObjectStoreError(error, call.action)
            }
            guard failure.isTransient || failure.code == .corrupt else { throw failure }
            try await resume(at: max(position, wanted.lowerBound), after: failure)
        }
    }

    /// Counts a piece and cuts it to what is wanted; `nil` where nothing of it is.
    private func take(_ piece: ByteBuffer, at position: Int64) -> ByteBuffer? {
        let end = position + Int64(piece.readableBytes)
        let isLast = state.withLock { state in
            state.position = end
            if end - state.progress >= Self.progressBytes {
                state.resumes = 0
                state.progress = end
            }
            return end >= wanted.upperBound
        }
        var piece = piece
        let skipped = min(max(0, wanted.lowerBound - position), Int64(piece.readableBytes))
        piece.moveReaderIndex(forwardBy: Int(skipped))
        if isLast { piece.moveWriterIndex(to: piece.writerIndex - Int(end - wanted.upperBound)) }
        return piece.readableBytes > 0 ? piece : nil
    }

    /// Asks for the rest, of the very same object.
    private func resume(at position: Int64, after failure: ObjectStoreError) async throws(ObjectStoreError) {
        let (resumes, isOpen) = state.withLock { state in
            state.response?.cancel()
            state.resumes += 1
            return (state.resumes, state.response != nil)
        }
        guard isOpen, resumes <= Self.maxResumes else { throw failure }
        if resumes > 1 { try await client.pause(beforeAttempt: resumes) }
        var call = call
        call.headers = [("range", "bytes=\(position)-\(wanted.upperBound - 1)"), ("if-match", "\"\(etag)\"")]
        let response: CurlResponse
        do throws(ObjectStoreError) { response = try await client.send(call) } catch {
            // What went wrong first says more, unless the store cannot be reached at all any more.
            throw error.isTransient || error.code == .cancelled ? error : failure
        }
        guard let (info, offered) = try? S3Range.offered(response.head), info.etag == etag,
            offered.lowerBound == position
        else {
            response.cancel()
            throw failure
        }
        let isClosed = state.withLock { state in
            guard state.response != nil else { return true }
            state.response = response
            state.position = position
            return false
        }
        if isClosed { response.cancel() }
    }

    func close() { state.withLock { $0.response.take() }?.cancel() }
}
