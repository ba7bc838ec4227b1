import CLinux
import Glibc
import NIOCore
import Synchronization

/// HTTP/1.1 by libcurl: one thread that drives all transfers, and their connections kept for the next.
///
/// Redirects are not followed, TLS is verified, proxies of the environment are ignored, and only http and https are spoken.
package final class CurlEngine: Sendable {
    private let mailbox: Mailbox
    private let ended = Ended()

    /// - Throws: `failed` where the system gives no thread or descriptor.
    package init(_ configuration: CurlConfiguration = CurlConfiguration()) throws(CurlError) {
        mailbox = try Mailbox()
        let loop = try EngineLoop(configuration, mailbox)
        let ended = ended
        try EngineThread.start {
            loop.run()
            ended.signal()
        }
    }

    deinit { mailbox.post(.stop) }

    /// Sends a request and returns its answer once the head is here. A body is taken from its source as the connection accepts it.
    ///
    /// The source is asked for its end before the last piece goes out, so that a server never has the whole of a body that its source
    /// turns out to refuse.
    /// An answer that comes before the body was sent whole ends the sending.
    package func send(_ request: CurlRequest, body: CurlBody = .none) async throws(CurlError) -> CurlResponse {
        guard !request.breaksLines else {
            throw CurlError(.invalidRequest, "a control character in the URL or a header")
        }
        let transfer = Transfer(request, body, mailbox)
        var hasAnswer = false
        defer { if !hasAnswer { transfer.cancel() } }
        mailbox.post(.start(transfer))
        if case .stream(let length, let next) = body { try await pump(next, length, into: transfer) }
        while true {
            let (head, outcome) = transfer.state.withLock { ($0.head, $0.outcome) }
            if let head {
                hasAnswer = true
                return CurlResponse(head: head, transfer: transfer)
            }
            if let outcome { throw outcome ?? CurlError(.malformed, "an answer without a head") }
            await transfer.wait(for: .head)
        }
    }

    private func pump(
        _ next: () async throws -> ByteBuffer?, _ length: Int64?, into transfer: Transfer
    ) async throws(CurlError) {
        var count: Int64 = 0
        var held: ByteBuffer?
        while true {
            let piece: ByteBuffer?
            do { piece = try await next() } catch {
                throw CurlError(.bodyFailed, "the source of the body failed", cause: error)
            }
            guard let piece else { return try transfer.endUpload(with: held) }
            count += Int64(piece.readableBytes)
            if let length, count > length { throw CurlError(.bodyLength, "the body has more than \(length) bytes") }
            if let held, !(await transfer.offer(held)) { return }
            held = piece
        }
    }

    /// Ends all transfers and the thread, and returns when both have ended.
    package func shutDown() async {
        mailbox.post(.stop)
        await ended.wait()
    }
}

/// Something that happens once and may be awaited before or after.
final class Ended: Sendable {
    private struct State {
        var isSignalled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func signal() {
        let waiters = state.withLock { state in
            state.isSignalled = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSignalled = state.withLock { state in
                if !state.isSignalled { state.waiters.append(continuation) }
                return state.isSignalled
            }
            if isSignalled { continuation.resume() }
        }
    }
}
