import NIOCore
import NIOHTTP1
import NIOPosix

extension HTTPExchange {
    /// Bodies up to this are copied behind their head to go out in one buffer.
    private static var maxCopiedBytes: Int { 16 * 1024 }

    func send(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer?) {
        guard let connection, !hasStarted else { return }
        let count = body?.readableBytes ?? 0
        var buffer = connection.allocate(512 + (count <= Self.maxCopiedBytes ? count : 0))
        guard begin(connection, status, headers, .known(bytes: count, isGiven: body != nil), &buffer) else { return }
        if let body, framing.carriesBody {
            sentBodyBytes = Int64(count)
            if count <= Self.maxCopiedBytes {
                buffer.writeImmutableBuffer(body)
            } else {
                connection.write(buffer)
                buffer = body
            }
        }
        connection.writeAndFlush(buffer)
        finish()
    }

    func start(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        guard let connection, !hasStarted else { return }
        var buffer = connection.allocate(512)
        guard begin(connection, status, headers, .streamed, &buffer) else { return }
        connection.write(buffer)
    }

    func end(_ trailers: HTTPHeaders?) {
        guard let connection else { return }
        switch framing {
        case .notStarted, .ended:
            return abort()
        case .fixed(let remaining) where remaining > 0:
            return abort()
        case .chunked:
            var buffer = connection.allocate(64)
            buffer.writeStaticString("0\r\n")
            guard HTTPResponseHead.writeFields(trailers ?? [:], into: &buffer) else { return abort() }
            buffer.writeStaticString("\r\n")
            connection.writeAndFlush(buffer)
        case .fixed, .untilClose, .bodiless:
            connection.flush()
        }
        finish()
    }

    // MARK: Body

    func write(_ bytes: ByteBuffer) async throws(HTTPStreamError) {
        if eventLoop.inEventLoop, let result = writeNow(bytes) { return try result.get() }
        let mustWrite = !eventLoop.inEventLoop
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<WriteResult, Never>) in
                onLoop { exchange in
                    if mustWrite, let result = exchange.writeNow(bytes) {
                        return continuation.resume(returning: result)
                    }
                    exchange.waitForRoom(continuation)
                }
            }
        } onCancel: {
            onLoop { $0.resumeWrite(.failure(.cancelled)) }
        }
        return try result.get()
    }

    /// Nil where the bytes are on their way, but the caller must wait for room.
    private func writeNow(_ bytes: ByteBuffer) -> WriteResult? {
        guard let connection else { return .failure(bodyFailure ?? .clientGone) }
        guard writeWaiter == nil else { return .failure(.misuse("two tasks write one response")) }
        if bytes.readableBytes == 0 || framing == .bodiless { return .success(()) }
        if let misuse = account(Int64(bytes.readableBytes)) { return misuse }
        if framing == .chunked {
            connection.write(chunkHead(bytes.readableBytes, connection))
            connection.write(bytes)
            connection.writeAndFlush(HTTPResponseHead.lineEnd)
        } else {
            connection.writeAndFlush(bytes)
        }
        return connection.hasRoom ? .success(()) : nil
    }

    private func waitForRoom(_ continuation: UnsafeContinuation<WriteResult, Never>) {
        guard let connection else { return continuation.resume(returning: .failure(bodyFailure ?? .clientGone)) }
        if Task.isCancelled { return continuation.resume(returning: .failure(.cancelled)) }
        if connection.hasRoom { return continuation.resume(returning: .success(())) }
        writeWaiter = continuation
    }

    func sendFile(_ handle: NIOFileHandle, offset: Int64, length: Int64) async throws(HTTPStreamError) {
        guard offset >= 0, length >= 0, let start = Int(exactly: offset), let end = Int(exactly: offset + length) else {
            throw .misuse("file region out of range")
        }
        let region = FileRegion(fileHandle: handle, readerIndex: start, endIndex: end)
        let result = await withUnsafeContinuation { (continuation: UnsafeContinuation<WriteResult, Never>) in
            let region = UnsafeTransfer(region)
            onLoop { $0.send(region.value, continuation) }
        }
        return try result.get()
    }

    private func send(_ region: FileRegion, _ continuation: UnsafeContinuation<WriteResult, Never>) {
        guard let connection else { return continuation.resume(returning: .failure(bodyFailure ?? .clientGone)) }
        guard !connection.isTLS else { return continuation.resume(returning: .failure(.misuse("a file over TLS"))) }
        if region.readableBytes == 0 || framing == .bodiless { return continuation.resume(returning: .success(())) }
        if let misuse = account(Int64(region.readableBytes)) { return continuation.resume(returning: misuse) }
        if framing == .chunked { connection.write(chunkHead(region.readableBytes, connection)) }
        // The handle must outlive the write, so the caller is held until the connection is done with it.
        connection.write(region) { isSent in
            continuation.resume(returning: isSent ? .success(()) : .failure(.clientGone))
        }
        if framing == .chunked { connection.write(HTTPResponseHead.lineEnd) }
        connection.flush()
    }

    private func chunkHead(_ count: Int, _ connection: HTTPConnection) -> ByteBuffer {
        var head = connection.allocate(20)
        head.writeString(String(count, radix: 16))
        head.writeStaticString("\r\n")
        return head
    }

    /// Nil where `count` more body bytes may be sent.
    private func account(_ count: Int64) -> WriteResult? {
        switch framing {
        case .notStarted, .ended: return .failure(.misuse("write outside of a response"))
        case .fixed(let remaining):
            guard count <= remaining else {
                abort()
                return .failure(.misuse("more body bytes than Content-Length says"))
            }
            framing = .fixed(remaining: remaining - count)
        case .chunked, .untilClose, .bodiless: break
        }
        sentBodyBytes += count
        return nil
    }

    // MARK: Head

    /// Writes the head into `buffer`; false where it could not be and the connection was broken off.
    private func begin(
        _ connection: HTTPConnection, _ status: HTTPResponseStatus, _ headers: HTTPHeaders,
        _ body: HTTPResponseHead.Body, _ buffer: inout ByteBuffer
    ) -> Bool {
        hasStarted = true
        self.status = status
        if owesContinue, contentLength == 0 {
            // Nothing is left to wait for, and 100 could be left out. But botocore takes a final status without 100 before
            // it for the first line of every later answer on the connection, and then waits for bytes that never come.
            owesContinue = false
            buffer.writeImmutableBuffer(HTTPConnection.continueLine)
        }
        let head = HTTPResponseHead(status: status, headers: headers, body: body)
        willClose = connection.mustClose(after: self)
        do {
            framing = try head.write(
                answering: self.head, closes: &willClose, date: connection.date, into: &buffer)
            return true
        } catch {
            connection.logMisuse(error)
            abort()
            return false
        }
    }
}
