import CCurl
import NIOCore
import Synchronization

/// The engine's side of a transfer, which only its thread touches.
final class LoopTransfer {
    let shared: Transfer
    let easy: UnsafeMutableRawPointer
    unowned let loop: EngineLoop
    /// How the transfer ended, once it has; `nil` inside is success.
    var outcome: CurlError??
    /// Whether it is among those whose news is handed over at the end of the pass.
    var isChanged = false
    var isReceivePaused = false
    var isSendPaused = false
    private var parser = HeadParser()
    /// Whether the engine's filter refused an address of the host.
    var isAddressRefused = false
    /// Received in this pass.
    private var gathered = ByteBuffer()
    /// Why a callback told libcurl to give up.
    private(set) var refusal: CurlError?
    private var lastProgress = EngineLoop.now
    private var headers: UnsafeMutablePointer<curl_slist>?
    let errorText: UnsafeMutableBufferPointer<CChar>

    init(_ shared: Transfer, _ easy: UnsafeMutableRawPointer, loop: EngineLoop) {
        self.shared = shared
        self.easy = easy
        self.loop = loop
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0)
    }

    deinit { errorText.deallocate() }

    /// The transfer of one of libcurl's handles.
    static func of(_ easy: UnsafeMutableRawPointer) -> LoopTransfer? {
        tarn_curl_private(easy).map { Unmanaged<LoopTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Sets every option; `false` where libcurl refuses one.
    func prepare(_ configuration: CurlConfiguration) -> Bool {
        let request = shared.request
        let context = Unmanaged.passUnretained(self).toOpaque()
        let loopContext = Unmanaged.passUnretained(loop).toOpaque()
        for (name, value) in request.headers {
            // libcurl takes "name:" for "leave it out" and "name;" for a header without a value.
            let isBlank = value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            guard let longer = curl_slist_append(headers, isBlank ? name + ";" : "\(name): \(value)") else {
                return false
            }
            headers = longer
        }
        if shared.hasUpload { headers = curl_slist_append(headers, "Expect:") ?? headers }
        let codes = [
            tarn_curl_set_string(easy, CURLOPT_URL, request.url),
            tarn_curl_set_list(easy, CURLOPT_HTTPHEADER, headers),
            tarn_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            tarn_curl_set_string(easy, CURLOPT_PROXY, ""),
            tarn_curl_set_string(easy, CURLOPT_USERAGENT, "tarn"),
            tarn_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            tarn_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1),
            tarn_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            // A transfer that ends while its name is looked up must not hold the thread until the resolver gives up.
            tarn_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1),
            tarn_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            tarn_curl_set_long(easy, CURLOPT_MAXAGE_CONN, configuration.idleConnectionSeconds),
            tarn_curl_set_long(easy, CURLOPT_BUFFERSIZE, configuration.ioBufferBytes),
            tarn_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect),
            tarn_curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.timeouts.total),
            tarn_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText.baseAddress),
            tarn_curl_set_pointer(easy, CURLOPT_PRIVATE, context),
            tarn_curl_set_pointer(easy, CURLOPT_HEADERDATA, context),
            tarn_curl_set_pointer(easy, CURLOPT_WRITEDATA, context),
            tarn_curl_set_transfer(easy, CURLOPT_HEADERFUNCTION, Callbacks.header),
            tarn_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION, Callbacks.write),
            tarn_curl_set_open(easy, Callbacks.open, context),
            tarn_curl_set_close(easy, Callbacks.close, loopContext),
        ]
        guard codes.allSatisfy({ $0 == CURLE_OK }) else { return false }
        if let authorities = configuration.authorities {
            guard tarn_curl_set_string(easy, CURLOPT_CAINFO, authorities) == CURLE_OK else { return false }
        }
        return prepareMethod(configuration, context)
    }

    private func prepareMethod(_ configuration: CurlConfiguration, _ context: UnsafeMutableRawPointer) -> Bool {
        var codes: [CURLcode] = []
        if shared.hasUpload {
            codes = [
                tarn_curl_set_long(easy, CURLOPT_UPLOAD, 1),
                tarn_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(shared.uploadLength ?? -1)),
                tarn_curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, configuration.ioBufferBytes),
                tarn_curl_set_pointer(easy, CURLOPT_READDATA, context),
                tarn_curl_set_pointer(easy, CURLOPT_SEEKDATA, context),
                tarn_curl_set_transfer(easy, CURLOPT_READFUNCTION, Callbacks.read),
                tarn_curl_set_seek(easy, Callbacks.seek),
            ]
        }
        switch shared.request.method {
        case .get where !shared.hasUpload, .put: break
        case .head where !shared.hasUpload: codes.append(tarn_curl_set_long(easy, CURLOPT_NOBODY, 1))
        case .get, .head, .post, .delete:
            codes.append(tarn_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, shared.request.method.rawValue))
        }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    /// Gives back what libcurl borrowed, once it is done with the handle.
    func release() {
        curl_slist_free_all(headers)
        headers = nil
    }

    func isIdle(_ now: Int64) -> Bool {
        let limit = shared.request.timeouts.idle
        // Once the answer has begun, it is not for lack of a body that the server is silent.
        let lacksBody = isSendPaused && parser.head == nil
        return limit > 0 && !isReceivePaused && !lacksBody && now - lastProgress >= Int64(limit)
    }

    func applyPause() {
        lastProgress = EngineLoop.now
        curl_easy_pause(easy, (isReceivePaused ? CURLPAUSE_RECV : 0) | (isSendPaused ? CURLPAUSE_SEND : 0))
    }

    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        lastProgress = EngineLoop.now
        switch parser.add(line, maxBytes: loop.configuration.maxHeadBytes) {
        case .more: break
        case .complete: loop.markChanged(self)
        case .tooLarge:
            refusal = CurlError(.malformed, "the answer's head has more than \(loop.configuration.maxHeadBytes) bytes")
            return false
        }
        return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastProgress = EngineLoop.now
        // One pass may bring more than one buffer.
        guard gathered.readableBytes < loop.configuration.maxBufferedBytes else {
            isReceivePaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        gathered.writeBytes(bytes)
        loop.markChanged(self)
        return bytes.count
    }

    func fill(_ target: UnsafeMutableRawBufferPointer) -> Int {
        lastProgress = EngineLoop.now
        let count = shared.state.withLock { state in
            guard state.outcome == nil else { return Int(CURL_READFUNC_ABORT) }
            let count = state.upload.read(into: target, isWhole: shared.isUploadWhole)
            if count == 0, !state.upload.isEnded {
                state.isSendStalled = true
                return Int(CURL_READFUNC_PAUSE)
            }
            return count
        }
        if count == Int(CURL_READFUNC_PAUSE) { isSendPaused = true }
        // The source may wait for the room that this made.
        loop.markChanged(self)
        return count
    }

    func rewind() -> Bool { shared.state.withLock { $0.upload.rewind() } }

    /// Hands over what this pass brought, and stops reading where the reader lags behind.
    func publish() {
        let head = parser.head
        let limit = loop.configuration.maxBufferedBytes
        let (waiter, mustPause) = shared.state.withLock { state in
            if state.head == nil { state.head = head }
            if gathered.readableBytes > 0 {
                if state.received.readableBytes == 0 {
                    swap(&state.received, &gathered)
                } else {
                    state.received.writeBuffer(&gathered)
                }
            }
            if state.outcome == nil, let outcome { state.outcome = .some(outcome) }
            let mustPause = state.outcome == nil && (isReceivePaused || state.received.readableBytes >= limit)
            if mustPause { state.isReceiveStalled = true }
            return (state.takeWaiter(), mustPause)
        }
        gathered = ByteBuffer()
        if mustPause {
            isReceivePaused = true
            applyPause()
        }
        waiter?.resume()
    }
}
