import Logging

/// What the parts of an engine share. Only the engine's thread touches it.
final class Context {
    let configuration: DatabaseConfiguration
    let poller: Poller
    let logger: Logger
    let parameters = ParameterBuffer()
    let epoch: ServerEpoch
    /// When the server says that it started.
    private var serverStart: String?

    /// The time when the present turn of the loop began.
    var now = ContinuousClock.now
    /// The earliest moment at which a request may have waited too long. It may be early, never late.
    private(set) var nextExpiry: ContinuousClock.Instant?
    /// Why a connection failed, unless one has come up since.
    private(set) var lastFailure: String?
    /// Set while the server is one that must not be used.
    private(set) var refusal: DatabaseError?

    init(configuration: DatabaseConfiguration, epoch: ServerEpoch, poller: Poller, logger: Logger) {
        self.configuration = configuration
        self.epoch = epoch
        self.poller = poller
        self.logger = logger
    }

    func expire(by moment: ContinuousClock.Instant) {
        if let nextExpiry, nextExpiry <= moment { return }
        nextExpiry = moment
    }

    func clearExpiry() { nextExpiry = nil }

    /// When a request gives up, given whether anything it could use is connected.
    func limit(of request: Request, isUp: Bool) -> ContinuousClock.Instant {
        isUp || lastFailure == nil
            ? request.deadline : min(request.deadline, request.enqueued + configuration.patience)
    }

    /// What a request that has waited too long hears.
    func tardiness(isUp: Bool) -> DatabaseError {
        if isUp { return .deadlineExceeded }
        return refusal ?? .unavailable(lastFailure ?? "not connected yet")
    }

    /// - Parameter serverStart: when the server that was found started.
    func connected(serverStart: String) {
        if let known = self.serverStart, known != serverStart { epoch.end() }
        self.serverStart = serverStart
        if lastFailure != nil { logger.info("database connected again") }
        lastFailure = nil
        refusal = nil
    }

    /// Notes a failure, in the log too if it is not the one already noted.
    func failed(_ reason: String, refusal: DatabaseError? = nil) {
        if reason != lastFailure { logger.warning("database connection failed", metadata: ["reason": "\(reason)"]) }
        lastFailure = reason
        self.refusal = refusal
        // Those who wait now wait for less long.
        expire(by: now)
    }
}
