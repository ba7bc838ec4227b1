/// A value read from elsewhere and kept for a while. Those who need it at once wait for one reading.
actor Refreshing<Value: Sendable> {
    private let lifetime: Duration
    /// From one reading to the next, whatever the reason.
    private let pause: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let read: @Sendable () async throws -> Value
    private var kept: (value: Value, since: ContinuousClock.Instant)?
    private var failure: (error: any Error, since: ContinuousClock.Instant)?
    private var reading: Task<Value, any Error>?

    init(
        lifetime: Duration, pause: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant,
        read: @escaping @Sendable () async throws -> Value
    ) {
        self.lifetime = lifetime
        self.pause = pause
        self.now = now
        self.read = read
    }

    /// - Throws: what keeps it from being read, again for a while without another try.
    func value() async throws -> Value {
        if let kept, now() < kept.since + lifetime { return kept.value }
        if let failure, now() < failure.since + pause { throw failure.error }
        return try await readAgain()
    }

    /// A newer value than the one that did not do; the same where it was read a moment ago.
    func newerValue() async throws -> Value {
        guard let kept, now() < kept.since + pause else { return try await readAgain() }
        return kept.value
    }

    private func readAgain() async throws -> Value {
        if let reading { return try await reading.value }
        // Its own task: whoever began the reading may leave, the others still wait for it.
        let task = Task { try await read() }
        reading = task
        defer { reading = nil }
        let began = now()
        do {
            let value = try await task.value
            (kept, failure) = ((value, began), nil)
            return value
        } catch {
            failure = (error, began)
            throw error
        }
    }
}
