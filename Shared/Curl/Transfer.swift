import NIOCore
import Synchronization

/// One request and its answer, between the task that made it and the engine's thread.
final class Transfer: Sendable {
    /// What the task is waiting for.
    enum Awaited { case space, head, bytes }

    enum Taken {
        case bytes(ByteBuffer)
        case end
        case failed(CurlError)
        case nothingYet
    }

    struct State {
        var head: CurlHead?
        /// Received and not yet taken.
        var received = ByteBuffer()
        /// Set once; `nil` inside is success.
        var outcome: CurlError??
        var upload = UploadQueue()
        /// The engine stopped reading until `received` is taken.
        var isReceiveStalled = false
        /// The engine stopped sending until there is more in `upload`.
        var isSendStalled = false
        var awaited = Awaited.head
        var waiter: CheckedContinuation<Void, Never>?

        func has(_ awaited: Awaited) -> Bool {
            if outcome != nil { return true }
            return switch awaited {
            case .space: head != nil || upload.waitingBytes < Transfer.maxUploadBytes
            case .head: head != nil
            case .bytes: received.readableBytes > 0
            }
        }

        /// The waiter, if what it waits for is here.
        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            guard waiter != nil, has(awaited) else { return nil }
            return waiter.take()
        }
    }

    /// From how many bytes the source of a body is not asked for more.
    static let maxUploadBytes = 1_048_576

    let request: CurlRequest
    /// In bytes; `nil` for an unknown length.
    let uploadLength: Int64?
    let hasUpload: Bool
    /// Whether the whole body is in memory.
    let isUploadWhole: Bool
    let mailbox: Mailbox
    let state: Mutex<State>

    init(_ request: CurlRequest, _ body: borrowing CurlBody, _ mailbox: Mailbox) {
        self.request = request
        self.mailbox = mailbox
        var state = State()
        switch body {
        case .none:
            // A PUT or POST states its length even where there is none.
            hasUpload = request.method == .put || request.method == .post
            uploadLength = 0
            isUploadWhole = true
            state.upload.isEnded = true
        case .bytes(let bytes):
            hasUpload = true
            uploadLength = Int64(bytes.readableBytes)
            isUploadWhole = true
            state.upload.add(bytes)
            state.upload.isEnded = true
        case .stream(let length, _):
            hasUpload = true
            uploadLength = length
            isUploadWhole = false
        }
        self.state = Mutex(state)
    }

    /// Waits until something is here or the transfer has ended. A cancelled task ends the transfer.
    func wait(for awaited: Awaited) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isHere = state.withLock { state in
                    if state.has(awaited) { return true }
                    state.awaited = awaited
                    state.waiter = continuation
                    return false
                }
                if isHere { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Takes what has come.
    func take() -> Taken {
        let (taken, wasStalled): (Taken, Bool) = state.withLock { state in
            if state.received.readableBytes > 0 {
                let bytes = state.received
                state.received = ByteBuffer()
                let wasStalled = state.isReceiveStalled
                state.isReceiveStalled = false
                return (.bytes(bytes), wasStalled)
            }
            guard let outcome = state.outcome else { return (.nothingYet, false) }
            return (outcome.map { .failed($0) } ?? .end, false)
        }
        if wasStalled { mailbox.post(.receive(self)) }
        return taken
    }

    /// Hands over a piece of the body. Returns whether more is wanted: not where an answer came early or the transfer failed.
    func offer(_ piece: ByteBuffer) async -> Bool {
        let (wasStalled, hasSpace) = state.withLock { state in
            state.upload.add(piece)
            let wasStalled = state.isSendStalled
            state.isSendStalled = false
            return (wasStalled, state.upload.waitingBytes < Self.maxUploadBytes)
        }
        if wasStalled { mailbox.post(.send(self)) }
        if !hasSpace { await wait(for: .space) }
        return state.withLock { $0.outcome == nil && $0.head == nil }
    }

    /// Hands over the last piece and says that the body is whole.
    ///
    /// - Throws: `bodyLength` where it is shorter than it said; then the piece is not sent.
    func endUpload(with last: ByteBuffer?) throws(CurlError) {
        let (wasStalled, count) = state.withLock { state in
            let count = state.upload.addedBytes + Int64(last?.readableBytes ?? 0)
            guard uploadLength == nil || count == uploadLength else { return (false, count) }
            if let last { state.upload.add(last) }
            state.upload.isEnded = true
            let wasStalled = state.isSendStalled
            state.isSendStalled = false
            return (wasStalled, count)
        }
        if let uploadLength, count != uploadLength {
            throw CurlError(.bodyLength, "the body had \(count) bytes and not \(uploadLength)")
        }
        if wasStalled { mailbox.post(.send(self)) }
    }

    /// Ends the transfer, if it has not ended.
    func cancel() {
        let (isNew, waiter) = state.withLock { state in
            guard state.outcome == nil else { return (false, state.waiter.take()) }
            state.outcome = CurlError(.cancelled, "the request was cancelled")
            return (true, state.waiter.take())
        }
        waiter?.resume()
        if isNew { mailbox.post(.cancel(self)) }
    }

    /// Ends the transfer from the engine's side.
    func finish(_ error: CurlError?) {
        let waiter = state.withLock { state in
            if state.outcome == nil { state.outcome = .some(error) }
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
