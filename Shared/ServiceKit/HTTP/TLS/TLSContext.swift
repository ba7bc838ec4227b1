import COpenSSL

/// A certificate with its key, and how TLS is spoken with them: versions 1.2 and 1.3, and HTTP/1.1 over it.
///
/// OpenSSL counts the references to it, and lets any thread begin a session.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    /// - Parameters:
    ///   - certificateFile: PEM: the certificate, and behind it those up to the root's.
    ///   - keyFile: PEM, without a pass phrase.
    ///   - authorityFile: PEM: who signed the certificates of those that are spoken with, which both sides then show. Nil where
    ///     clients need none.
    /// - Throws: where they cannot be read, or do not belong together.
    init(certificateFile: String, keyFile: String, authorityFile: String? = nil) throws(TLSError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_method()) else { throw .last("no TLS") }
        self.pointer = pointer
        tarn_ssl_ctx_release_buffers(pointer)
        tarn_ssl_ctx_no_renegotiation(pointer)
        // Nobody is there to type a pass phrase.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in 0 }
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, length, offered, count, _ in
                TLSContext.selectProtocol(chosen, length, offered, count)
            },
            nil)
        guard tarn_ssl_ctx_set_min_version(pointer, TLS1_2_VERSION) == 1 else { throw .last("no TLS 1.2") }
        guard SSL_CTX_use_certificate_chain_file(pointer, certificateFile) == 1 else {
            throw .last("the certificate cannot be read from '\(certificateFile)'")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, keyFile, SSL_FILETYPE_PEM) == 1 else {
            throw .last("the key cannot be read from '\(keyFile)', or is not the certificate's")
        }
        guard SSL_CTX_check_private_key(pointer) == 1 else { throw .last("the key is not the certificate's") }
        guard let authorityFile else { return }
        guard SSL_CTX_load_verify_locations(pointer, authorityFile, nil) == 1 else {
            throw .last("the authority's certificate cannot be read from '\(authorityFile)'")
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        // A session that is taken up again would not be verified again.
        tarn_ssl_ctx_no_session_cache(pointer)
    }

    deinit { SSL_CTX_free(pointer) }

    // MARK: ALPN

    private static let spoken: [StaticString] = ["http/1.1", "http/1.0"]

    /// Takes a version of HTTP that is spoken here, and refuses a client that offers only others.
    private static func selectProtocol(
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ length: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?, _ count: UInt32
    ) -> Int32 {
        let offered = UnsafeBufferPointer(start: offered, count: Int(count))
        for name in spoken {
            var index = 0
            while index < offered.count {
                let end = index + 1 + Int(offered[index])
                guard end <= offered.count else { break }
                if name.withUTF8Buffer({ offered[(index + 1)..<end].elementsEqual($0) }) {
                    chosen?.pointee = name.utf8Start
                    length?.pointee = UInt8(name.utf8CodeUnitCount)
                    return SSL_TLSEXT_ERR_OK
                }
                index = end
            }
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}
