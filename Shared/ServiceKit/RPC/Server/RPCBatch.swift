import JSONCodec
import NIOCore
import NIOHTTP1
import Wire

/// The calls of one body: runs them side by side and streams each answer as soon as it is there.
///
/// Answers that are ready in the same turn of the loop go out in one write. All state is touched on the executor's
/// loop only, where the request's handler and the calls' tasks run, which is what makes the class safe to share.
final class RPCBatch: @unchecked Sendable {
    typealias Answer = @Sendable (RPCIncomingCall) async -> Result<[UInt8], RPCError>

    private let executor: LoopExecutor
    private let response: HTTPResponder
    private var unanswered: Int
    private var members: [RPCBatchMember] = []
    private var pending: ByteBuffer
    private var waiter: UnsafeContinuation<Void, Never>?
    private var isCancelled = false

    init(_ count: Int, on executor: LoopExecutor, _ response: HTTPResponder) {
        self.executor = executor
        self.response = response
        unanswered = count
        pending = ByteBuffer()
        members.reserveCapacity(count)
    }

    /// Runs the calls and gives the whole response; returns when it has ended.
    func run(_ calls: [RPCIncomingCall], _ answer: @escaping Answer) async {
        await withTaskCancellationHandler {
            let deadlines = RPCDeadlines.current(executor)
            for call in calls {
                let member = RPCBatchMember(call.envelope.id, self)
                members.append(member)
                deadlines.queue.insert(member, deadline: call.context.deadline)
                let task = Task.immediate(executorPreference: executor) {
                    member.finish(await answer(call))
                }
                if !member.isAnswered { member.task = task }
            }
            await respond()
            for member in members { deadlines.queue.remove(member) }
            // Each holds the batch, which would keep both, and the answers, for ever.
            members = []
        } onCancel: {
            executor.eventLoop.execute { self.cancel() }
        }
    }

    private func respond() async {
        let headers: HTTPHeaders = ["Content-Type": RPCHeaders.contentType]
        if unanswered > 0, pending.readableBytes == 0 { await wait() }
        guard unanswered > 0 else { return response.send(.ok, headers, pending) }
        response.start(.ok, headers)
        while !isCancelled {
            let ready = pending
            pending = ByteBuffer()
            let isLast = unanswered == 0
            do {
                try await response.write(ready)
            } catch {
                return cancel()
            }
            if isLast { return response.end() }
            if pending.readableBytes == 0 { await wait() }
        }
    }

    private func wait() async {
        guard !isCancelled else { return }
        await withUnsafeContinuation { waiter = $0 }
    }

    func finish(_ member: RPCBatchMember, _ result: Result<[UInt8], RPCError>) {
        unanswered -= 1
        do {
            switch result {
            case .success(let message): try write(RPCResponseEnvelope(id: member.id), message)
            case .failure(let error): try write(RPCResponseEnvelope(id: member.id, error: error), [])
            }
        } catch {
            // Envelopes of strings and numbers always have a JSON form.
            cancel()
        }
        wake()
    }

    private func write(_ envelope: RPCResponseEnvelope, _ message: [UInt8]) throws {
        RPCFrame(envelope: try envelope.jsonBytes(), message: message).write(into: &pending)
    }

    /// The caller is gone: nobody waits for the answers.
    private func cancel() {
        isCancelled = true
        for member in members { member.cancel() }
        wake()
    }

    private func wake() {
        guard let waiter else { return }
        self.waiter = nil
        waiter.resume()
    }
}

/// One call of a batch under way; touched on the batch's loop only.
final class RPCBatchMember: @unchecked Sendable {
    let id: UInt32
    private let batch: RPCBatch
    var task: Task<Void, Never>?
    private(set) var isAnswered = false

    init(_ id: UInt32, _ batch: RPCBatch) {
        self.id = id
        self.batch = batch
    }

    func finish(_ result: Result<[UInt8], RPCError>) {
        guard !isAnswered else { return }
        isAnswered = true
        task = nil
        batch.finish(self, result)
    }

    /// Its deadline has passed: answers for it and lets its handler know.
    func expire() {
        let task = task
        finish(.failure(RPCError(.deadlineExceeded, "the time of the call is up")))
        task?.cancel()
    }

    func cancel() {
        isAnswered = true
        task?.cancel()
        task = nil
    }
}

/// The deadlines of the calls that one loop answers.
final class RPCDeadlines {
    let queue: DeadlineQueue<RPCBatchMember>

    private init(_ eventLoop: any EventLoop) {
        queue = DeadlineQueue(on: eventLoop) { $0.expire() }
    }

    /// Those of the loop that the caller runs on, made at the first call.
    static func current(_ executor: LoopExecutor) -> RPCDeadlines {
        executor.local(RPCDeadlines.self) { RPCDeadlines($0.eventLoop) }
    }
}
