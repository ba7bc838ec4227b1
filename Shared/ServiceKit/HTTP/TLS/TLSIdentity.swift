import Glibc
package import Logging
import Synchronization

/// The files with a listener's certificate and key. Where they change, connections from then on get the new ones.
package final class TLSIdentity: Sendable {
    /// How often the files are looked at, at most.
    private static let interval: Duration = .seconds(10)

    private struct State {
        var context: TLSContext
        var stamps: [FileStamp?]
        var looked: ContinuousClock.Instant
    }

    private struct FileStamp: Hashable {
        let seconds: Int
        let nanoseconds: Int
        let size: Int
        let number: UInt
    }

    private let certificateFile: String
    private let keyFile: String
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Throws: where the files cannot be read, or do not belong together.
    package init(
        certificateFile: String, keyFile: String, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) throws(TLSError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.logger = logger
        self.now = now
        let stamps = Self.stamps(certificateFile, keyFile)
        let context = try TLSContext(certificateFile: certificateFile, keyFile: keyFile)
        state = Mutex(State(context: context, stamps: stamps, looked: now()))
    }

    /// `TARN_TLS_CERTIFICATE_FILE` and `TARN_TLS_KEY_FILE`; nil where neither is set.
    package convenience init?(from environment: Environment, logger: Logger) throws(ConfigurationError) {
        let (certificate, key) = ("TARN_TLS_CERTIFICATE_FILE", "TARN_TLS_KEY_FILE")
        guard environment.string(certificate) != nil || environment.string(key) != nil else { return nil }
        let (certificateFile, keyFile) = (try environment.required(certificate), try environment.required(key))
        do throws(TLSError) {
            try self.init(certificateFile: certificateFile, keyFile: keyFile, logger: logger)
        } catch { throw ConfigurationError(certificate, "with \(key): \(error.reason)") }
    }

    /// What a new connection is to use.
    ///
    /// Files that cannot be used, maybe as only one of them is new yet, leave the former ones in force.
    var current: TLSContext {
        let now = now()
        return state.withLock { state in
            guard now >= state.looked + Self.interval else { return state.context }
            state.looked = now
            let stamps = Self.stamps(certificateFile, keyFile)
            guard stamps != state.stamps else { return state.context }
            do throws(TLSError) {
                state.context = try TLSContext(certificateFile: certificateFile, keyFile: keyFile)
                state.stamps = stamps
                logger.info("the certificate was read again")
            } catch {
                logger.warning("the changed certificate cannot be used", metadata: ["reason": "\(error)"])
            }
            return state.context
        }
    }

    private static func stamps(_ files: String...) -> [FileStamp?] {
        files.map { file in
            var status = stat()
            guard stat(file, &status) == 0 else { return nil }
            return FileStamp(
                seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
                number: UInt(status.st_ino))
        }
    }
}
