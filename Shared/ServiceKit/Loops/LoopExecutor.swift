package import NIOCore

/// Runs the tasks of one event loop on that loop, so that work never changes threads.
///
/// A job enqueued on the loop joins a batch that runs in the same turn of the loop and costs neither a lock nor a
/// system call of its own; a job from elsewhere goes through `EventLoop.execute`.
package final class LoopExecutor: TaskExecutor, @unchecked Sendable {
    /// How many jobs run before the loop looks at its sockets again.
    static let maxJobsPerTurn = 512

    package let eventLoop: any EventLoop

    // Touched on `eventLoop` only, which is what makes the class safe to share.
    private var ready = CircularBuffer<UnownedJob>(initialCapacity: 64)
    private var isScheduled = false

    private var locals: [ObjectIdentifier: AnyObject] = [:]

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard eventLoop.inEventLoop else {
            eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            return
        }
        ready.append(job)
        schedule()
    }

    /// The loop's own value of a type, made at the first call; to be called on the loop.
    package func local<Value: AnyObject>(_ type: Value.Type, _ make: (LoopExecutor) -> Value) -> Value {
        eventLoop.preconditionInEventLoop()
        if let value = locals[ObjectIdentifier(type)] as? Value { return value }
        let value = make(self)
        locals[ObjectIdentifier(type)] = value
        return value
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.runReady() }
    }

    private func runReady() {
        isScheduled = false
        let executor = asUnownedTaskExecutor()
        var remaining = Self.maxJobsPerTurn
        while remaining > 0, let job = ready.popFirst() {
            job.runSynchronously(on: executor)
            remaining -= 1
        }
        if !ready.isEmpty { schedule() }
    }
}
