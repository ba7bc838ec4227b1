import NIOCore

extension HTTPExchange {
    func nextBodyPart() async throws(HTTPStreamError) -> ByteBuffer? {
        if eventLoop.inEventLoop, let result = pull() { return try result.get() }
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<BodyResult, Never>) in
                onLoop { $0.wait(continuation) }
            }
        } onCancel: {
            onLoop { $0.resumeBody(.failure(.cancelled)) }
        }
        return try result.get()
    }

    /// What can be had at once; nil where bytes must arrive first.
    private func pull() -> BodyResult? {
        if let bodyFailure { return .failure(bodyFailure) }
        if isBodyConsumed { return .success(nil) }
        guard let connection else { return .failure(.cancelled) }
        guard bodyWaiter == nil else { return .failure(.misuse("two tasks pull one body")) }
        return connection.takeBodyPart(self)
    }

    private func wait(_ continuation: UnsafeContinuation<BodyResult, Never>) {
        // Cancelled before it got here: `onCancel` has run and found nobody waiting.
        if Task.isCancelled { return continuation.resume(returning: .failure(.cancelled)) }
        if let result = pull() { return continuation.resume(returning: result) }
        bodyWaiter = continuation
        connection?.waitForBody(self)
    }
}
