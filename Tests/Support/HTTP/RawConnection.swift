import Glibc
import NIOPosix

/// A TCP connection to a local port that sends exactly the bytes it is told to, for what no HTTP library would send.
///
/// Every call is made on a thread that may block, never on the cooperative ones, and ends after `timeoutSeconds`.
package final class RawConnection: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let threads = {
        let threads = NIOThreadPool(numberOfThreads: 32)
        threads.start()
        return threads
    }()

    private let socket: CInt
    private let timeoutSeconds: Int

    private init(_ socket: CInt, _ timeoutSeconds: Int) {
        self.socket = socket
        self.timeoutSeconds = timeoutSeconds
    }

    deinit { Glibc.close(socket) }

    /// - Parameters:
    ///   - address: where to connect to, in dotted form.
    ///   - receiveBufferBytes: a small one makes a slow reader.
    package static func open(
        port: Int, address: String = "127.0.0.1", from source: String? = nil, receiveBufferBytes: Int? = nil,
        timeoutSeconds: Int = 20
    ) async throws -> RawConnection {
        try await threads.runIfActive {
            let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { throw Failure(description: "no socket: errno \(errno)") }
            let connection = RawConnection(socket, timeoutSeconds)
            if let receiveBufferBytes { connection.setOption(SO_RCVBUF, CInt(receiveBufferBytes)) }
            connection.setOption(SO_RCVTIMEO, timeval(tv_sec: timeoutSeconds, tv_usec: 0))
            connection.setOption(SO_SNDTIMEO, timeval(tv_sec: timeoutSeconds, tv_usec: 0))
            if let source {
                guard connection.with(source, 0, Glibc.bind) else {
                    throw Failure(description: "no bind to \(source): errno \(errno)")
                }
            }
            guard connection.with(address, port, Glibc.connect) else {
                throw Failure(description: "no connection to \(address):\(port): errno \(errno)")
            }
            return connection
        }
    }

    private func setOption<Value: BitwiseCopyable>(_ name: CInt, _ value: Value) {
        _ = withUnsafeBytes(of: value) {
            setsockopt(socket, SOL_SOCKET, name, $0.baseAddress, socklen_t($0.count))
        }
    }

    private func with(
        _ host: String, _ port: Int, _ call: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    // MARK: Sending

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// - Throws: where the other side takes nothing for `timeoutSeconds`, or has closed.
    package func send(_ bytes: [UInt8]) async throws {
        let sent = try await sendSome(bytes)
        guard sent == bytes.count else {
            throw Failure(description: "only \(sent) of \(bytes.count) bytes were taken")
        }
    }

    /// Sends until the other side takes no more for a while or has closed, and says how much it took.
    ///
    /// - Parameter stallMilliseconds: that while; `timeoutSeconds` unless given.
    package func sendSome(_ bytes: [UInt8], stallMilliseconds: Int? = nil) async throws -> Int {
        try await Self.threads.runIfActive { [socket, timeoutSeconds] in
            var sent = 0
            while sent < bytes.count {
                var poll = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
                let isReady = Glibc.poll(&poll, 1, CInt(stallMilliseconds ?? timeoutSeconds * 1000))
                if isReady < 0, errno == EINTR { continue }
                guard isReady > 0 else { break }
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.send(
                        socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent,
                        CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
                }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { break }
                sent += count
            }
            return sent
        }
    }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(socket, CInt(SHUT_WR)) }

    /// Closes so that the other side sees a reset.
    package func reset() {
        setOption(SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        var nothing = sockaddr()
        nothing.sa_family = sa_family_t(AF_UNSPEC)
        // Dissolving the association sends the reset now; the descriptor is closed in `deinit`.
        connect(socket, &nothing, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Closes both directions.
    package func close() { shutdown(socket, CInt(SHUT_RDWR)) }

    // MARK: Receiving

    /// Whether something can be received now.
    package var hasInput: Bool {
        var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0
    }

    /// Some bytes; empty at the end of the stream.
    ///
    /// - Throws: after `timeoutSeconds` without any, and where the connection was reset.
    package func receive(maxBytes: Int = 65536) async throws -> [UInt8] {
        try await Self.threads.runIfActive { [socket, timeoutSeconds] in
            var buffer = [UInt8](repeating: 0, count: maxBytes)
            while true {
                let count = recv(socket, &buffer, maxBytes, 0)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    throw Failure(description: "nothing came for \(timeoutSeconds) s")
                }
                guard count >= 0 else { throw Failure(description: "receive failed: errno \(errno)") }
                return Array(buffer[..<count])
            }
        }
    }

    /// Everything until the other side closes; a reset counts as an end.
    package func receiveToEnd() async throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            do {
                let bytes = try await receive()
                if bytes.isEmpty { return all }
                all += bytes
            } catch let failure as Failure where failure.description.contains("errno \(ECONNRESET)") {
                return all
            }
        }
    }
}
