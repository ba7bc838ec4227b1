import Glibc
package import Logging
import Synchronization

/// The files with a certificate and its key, and with the authority that others are verified by. Where they change, connections from then on get the new ones.
package final class TLSIdentity: Sendable {
    /// How often the files are looked at, at most.
    private static let interval: Duration = .seconds(10)

    private struct State {
        var context: TLSContext
        var stamps: [FileStamp?]
        var looked: ContinuousClock.Instant
        /// When a refusal was told last.
        var told: ContinuousClock.Instant?
    }

    private struct FileStamp: Hashable {
        let seconds: Int
        let nanoseconds: Int
        let size: Int
        let number: UInt
    }

    private let certificateFile: String
    private let keyFile: String
    /// Nil where nobody else shows a certificate.
    private let authorityFile: String?
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Throws: where the files cannot be read, or do not belong together.
    package init(
        certificateFile: String, keyFile: String, authorityFile: String? = nil, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) throws(TLSError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.authorityFile = authorityFile
        self.logger = logger
        self.now = now
        let stamps = Self.stamps(certificateFile, keyFile, authorityFile)
        let context = try TLSContext(
            certificateFile: certificateFile, keyFile: keyFile, authorityFile: authorityFile)
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

    /// `TARN_RPC_TLS_CERTIFICATE_FILE`, `TARN_RPC_TLS_KEY_FILE` and `TARN_RPC_TLS_AUTHORITY_FILE`; nil where none of them is set.
    package convenience init?(rpcFrom environment: Environment, logger: Logger) throws(ConfigurationError) {
        let names = ["CERTIFICATE", "KEY", "AUTHORITY"].map { "TARN_RPC_TLS_\($0)_FILE" }
        guard names.contains(where: { environment.string($0) != nil }) else { return nil }
        let certificateFile = try environment.required(names[0])
        let (keyFile, authorityFile) = (try environment.required(names[1]), try environment.required(names[2]))
        do throws(TLSError) {
            try self.init(
                certificateFile: certificateFile, keyFile: keyFile, authorityFile: authorityFile, logger: logger)
        } catch {
            throw ConfigurationError(names[0], "with \(names[1]) and \(names[2]): \(error.reason)")
        }
    }

    /// Says why nobody is spoken with, at most once a second.
    func refused(_ error: TLSError, _ address: String) {
        let now = now()
        let isDue = state.withLock { state in
            if let told = state.told, now < told + .seconds(1) { return false }
            state.told = now
            return true
        }
        if isDue {
            logger.warning("TLS was refused", metadata: ["reason": "\(error)", "address": "\(address)"])
        }
    }

    /// Whether both sides show a certificate.
    var isMutual: Bool { authorityFile != nil }

    /// What a new connection is to use.
    ///
    /// Files that cannot be used, maybe as only one of them is new yet, leave the former ones in force.
    var current: TLSContext {
        let now = now()
        return state.withLock { state in
            guard now >= state.looked + Self.interval else { return state.context }
            state.looked = now
            let stamps = Self.stamps(certificateFile, keyFile, authorityFile)
            guard stamps != state.stamps else { return state.context }
            do throws(TLSError) {
                state.context = try TLSContext(
                    certificateFile: certificateFile, keyFile: keyFile, authorityFile: authorityFile)
                state.stamps = stamps
                logger.info("the certificate was read again")
            } catch {
                logger.warning("the changed certificate cannot be used", metadata: ["reason": "\(error)"])
            }
            return state.context
        }
    }

    private static func stamps(_ files: String?...) -> [FileStamp?] {
        files.map { file in
            guard let file else { return nil }
            var status = stat()
            guard stat(file, &status) == 0 else { return nil }
            return FileStamp(
                seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
                number: UInt(status.st_ino))
        }
    }
}
