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
        var logger = Logger(label: service.rawValue)
        do {
            logger = try bootstrapLogging(service, environment)
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

    /// `TARN_LOG_LEVEL` (`info` unless set) and `TARN_LOG_FORMAT` (`json` or `text`; text on a terminal).
    package static func bootstrapLogging(
        _ service: ServiceName, _ environment: Environment
    ) throws(ConfigurationError) -> Logger {
        let fallback = isatty(STDERR_FILENO) == 1 ? LogFormat.text : .json
        // Set before the first throw, so that errors of configuration are logged like anything else.
        let format = (try? environment.choice("TARN_LOG_FORMAT", default: fallback)) ?? fallback
        let level = (try? environment.choice("TARN_LOG_LEVEL", default: Logger.Level.info)) ?? .info
        LoggingSystem.bootstrap { label in ServiceLogHandler(label: label, format: format, level: level) }
        _ = try environment.choice("TARN_LOG_FORMAT", default: fallback)
        _ = try environment.choice("TARN_LOG_LEVEL", default: Logger.Level.info)
        return Logger(label: service.rawValue)
    }
}
