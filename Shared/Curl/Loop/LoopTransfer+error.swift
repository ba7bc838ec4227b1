import CCurl

extension LoopTransfer {
    /// What libcurl's code means; `nil` for success.
    func error(_ code: CURLcode) -> CurlError? {
        if code == CURLE_OK { return nil }
        if let refusal { return refusal }
        let details = errorText.baseAddress.map { String(cString: $0) } ?? ""
        let text = details.isEmpty ? String(cString: curl_easy_strerror(code)) : details
        return CurlError(Self.kind(of: code, hadRefusal: isAddressRefused), text)
    }

    private static func kind(of code: CURLcode, hadRefusal: Bool) -> CurlError.Code {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_SSL_CONNECT_ERROR: .notConnected
        // A filter that refuses gives libcurl no socket, which it reports as this.
        case CURLE_COULDNT_CONNECT: hadRefusal ? .forbiddenAddress : .notConnected
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrusted
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: .cut
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformed
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
        default: .failed
        }
    }
}
