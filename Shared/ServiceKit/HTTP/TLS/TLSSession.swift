import COpenSSL
import NIOCore

/// The TLS of one connection, between buffers and without input or output of its own; for one event loop.
final class TLSSession {
    enum Handshake {
        case done
        case needsMore
        case failed(TLSError)
    }

    enum Reading {
        /// All that came was decrypted.
        case needsMore
        /// The client said that it sends no more.
        case ended
        case failed(TLSError)
    }

    /// The most that one record holds, in bytes.
    private static let maxRecordBytes = 16 * 1024

    private let session: OpaquePointer
    /// What came from the network and is not yet decrypted.
    private var incoming = ByteBuffer()
    /// What is to go to the network.
    private var outgoing = ByteBuffer()

    /// - Parameter server: the name or address that the certificate of the other side is to be for; nil for the server's side.
    init(_ context: TLSContext, to server: String? = nil) throws(TLSError) {
        ERR_clear_error()
        guard let method = Self.method, let session = SSL_new(context.pointer) else { throw .last("no TLS session") }
        guard let pipe = BIO_new(method) else {
            SSL_free(session)
            throw .last("no TLS session")
        }
        self.session = session
        BIO_set_data(pipe, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(pipe, 1)
        // One pipe for both ways, which the session frees.
        SSL_set_bio(session, pipe, pipe)
        guard let server else {
            SSL_set_accept_state(session)
            return
        }
        SSL_set_connect_state(session)
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), server) != 1 {
            ERR_clear_error()
            guard SSL_set1_host(session, server) == 1 else { throw .last("'\(server)' is no name of a server") }
            tarn_ssl_set_server_name(session, server)
        }
    }

    deinit { SSL_free(session) }

    // MARK: Network

    func receive(_ bytes: ByteBuffer) {
        if incoming.readableBytes == 0 { incoming = bytes } else { incoming.writeImmutableBuffer(bytes) }
    }

    /// Takes what is to be sent; nil where there is nothing.
    func takeOutgoing() -> ByteBuffer? {
        guard outgoing.readableBytes > 0 else { return nil }
        defer { outgoing = ByteBuffer() }
        return outgoing
    }

    // MARK: Content

    func handshake() -> Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return .done }
        return SSL_get_error(session, result) == SSL_ERROR_WANT_READ ? .needsMore : .failed(.last("no handshake"))
    }

    /// Decrypts all that came.
    func read(into content: inout ByteBuffer) -> Reading {
        while true {
            // What is decrypted already and did not fit.
            let held = Int(SSL_pending(session))
            guard incoming.readableBytes > 0 || held > 0 else {
                return SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN == 0 ? .needsMore : .ended
            }
            ERR_clear_error()
            var result: Int32 = 0
            content.writeWithUnsafeMutableBytes(
                minimumWritableBytes: max(held, min(incoming.readableBytes, Self.maxRecordBytes))
            ) { room in
                result = SSL_read(session, room.baseAddress, Int32(clamping: room.count))
                return max(0, Int(result))
            }
            if result > 0 { continue }
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: return .needsMore
            case SSL_ERROR_ZERO_RETURN: return .ended
            default: return .failed(.last("a record is malformed"))
            }
        }
    }

    /// Encrypts content, which is not empty.
    func write(_ content: ByteBuffer) throws(TLSError) {
        ERR_clear_error()
        let records = content.readableBytes / Self.maxRecordBytes + 1
        outgoing.reserveCapacity(minimumWritableBytes: content.readableBytes + records * 64)
        var left = content
        while left.readableBytes > 0 {
            let count = left.withUnsafeReadableBytes { bytes in
                SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
            }
            guard count > 0 else { throw .last("content cannot be encrypted") }
            left.moveReaderIndex(forwardBy: Int(count))
        }
    }

    /// Says that no more comes, so that the client knows that nothing was cut off.
    func end() {
        ERR_clear_error()
        _ = SSL_shutdown(session)
        ERR_clear_error()
    }

    // MARK: OpenSSL's side

    /// Reads from `incoming` and writes to `outgoing` of the session that is its data.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "buffers") else { return nil }
        BIO_meth_set_write(method) { bio, bytes, count in
            guard let bytes, count > 0, let session = TLSSession.of(bio) else { return 0 }
            session.outgoing.writeBytes(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        BIO_meth_set_read(method) { bio, room, count in
            tarn_bio_clear_retry(bio)
            guard let room, count > 0, let session = TLSSession.of(bio) else { return 0 }
            let taken = min(Int(count), session.incoming.readableBytes)
            guard taken > 0 else {
                tarn_bio_set_retry_read(bio)
                return -1
            }
            session.incoming.readWithUnsafeReadableBytes { bytes in
                UnsafeMutableRawPointer(room).copyMemory(
                    from: bytes.baseAddress ?? UnsafeRawPointer(room), byteCount: taken)
                return taken
            }
            return Int32(taken)
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()

    private static func of(_ bio: OpaquePointer?) -> TLSSession? {
        BIO_get_data(bio).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }
}
