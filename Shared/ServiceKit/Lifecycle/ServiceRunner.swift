import Glibc
package import Logging
package import Wire

/// Runs a service from start to exit code.
package enum ServiceRunner {
    /// `sysexits.h`: the configuration is wrong.
    private static let configurationExitCode: Int32 = 78

    /// Builds the service, waits for SIGTERM or SIGINT, drains, and returns the process's exit code.
    ///
    /// A second signal ends the process at once.
    ///
    /// - Parameter build: constructs and starts everything; listeners last.
    package static func run(
        _ service: ServiceName, environment: Environment = .process,
        _ build: (ServiceRuntime) async throws -> Void
    ) async -> Int32 {
        ProcessSetup.ignoreBrokenPipes()
        ProcessSetup.raiseOpenFileLimit()
        ProcessSetup.keepFreedMemory()
        let tidying = Task.detached { await ProcessSetup.giveBackFreedMemory() }
        defer { tidying.cancel() }
        let logger = makeLogger(service, environment)
        do {
            try checkLogging(environment)
            let signals = try StopSignals()
            let runtime = try ServiceRuntime(service, environment, logger: logger)
            do {
                try await build(runtime)
            } catch {
                await runtime.shutdown()
                throw error
            }
            runtime.health.started()
            logger.info("started")
            let number = await signals.next()
            logger.info("stopping", metadata: ["signal": "\(number)"])
            Task.detached { _exit(128 + (await signals.next())) }
            await runtime.shutdown()
            logger.info("stopped")
            return 0
        } catch let error as ConfigurationError {
            logger.critical("wrong configuration", metadata: ["variable": "\(error.variable)", "reason": "\(error)"])
            return configurationExitCode
        } catch {
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            return 1
        }
    }

    /// Ends the process. What a library does at `exit` is left out: threads that still run, such as libpq's and those of digests,
    /// would meet locks that OpenSSL has just freed.
    package static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    // MARK: Logging

    private static var fallbackFormat: LogFormat { isatty(STDERR_FILENO) == 1 ? .text : .json }

    /// `TARN_LOG_LEVEL` (`info` unless set) and `TARN_LOG_FORMAT` (`json` or `text`; text on a terminal).
    ///
    /// What cannot be read is replaced here and refused by `checkLogging`, so that the refusal can be logged.
    package static func makeLogger(_ service: ServiceName, _ environment: Environment) -> Logger {
        Logger(label: service.rawValue) { label in makeHandler(label, environment) }
    }

    private static func makeHandler(_ label: String, _ environment: Environment) -> ServiceLogHandler {
        let format = (try? environment.choice("TARN_LOG_FORMAT", default: fallbackFormat)) ?? fallbackFormat
        let level = (try? environment.choice("TARN_LOG_LEVEL", default: Logger.Level.info)) ?? .info
        return ServiceLogHandler(label: label, format: format, level: level)
    }

    /// Makes loggers of any name look alike, for one-shot commands; to be called once in a process.
    package static func bootstrapLogging(
        _ service: ServiceName, _ environment: Environment
    ) throws(ConfigurationError) -> Logger {
        try checkLogging(environment)
        let logger = makeLogger(service, environment)
        LoggingSystem.bootstrap { label in makeHandler(label, environment) }
        return logger
    }

    private static func checkLogging(_ environment: Environment) throws(ConfigurationError) {
        _ = try environment.choice("TARN_LOG_FORMAT", default: fallbackFormat)
        _ = try environment.choice("TARN_LOG_LEVEL", default: Logger.Level.info)
    }
}
