import CCurl
import CLinux

/// What libcurl calls, all on the engine's thread. The context is the loop or one of its transfers.
enum Callbacks {
    static let socket: tarn_curl_socket = { _, descriptor, what, context, _ in
        loop(context)?.watch(descriptor, what)
        return 0
    }

    static let timer: tarn_curl_timer = { _, milliseconds, context in
        loop(context)?.timerDeadline = milliseconds < 0 ? -1 : EngineLoop.now + Int64(milliseconds)
        return 0
    }

    static let open: tarn_curl_open = { context, _, address in
        guard let address, let transfer = transfer(context) else { return CURL_SOCKET_BAD }
        guard transfer.loop.permits(address) else {
            transfer.isAddressRefused = true
            return CURL_SOCKET_BAD
        }
        return transfer.loop.open(address)
    }

    static let close: tarn_curl_close = { context, descriptor in
        loop(context)?.close(descriptor)
        return 0
    }

    static let header: tarn_curl_transfer = { bytes, size, count, context in
        guard let transfer = transfer(context) else { return 0 }
        return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }

    static let write: tarn_curl_transfer = { bytes, size, count, context in
        guard let transfer = transfer(context) else { return 0 }
        return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let read: tarn_curl_transfer = { bytes, size, count, context in
        guard let transfer = transfer(context) else { return Int(CURL_READFUNC_ABORT) }
        return transfer.fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    static let seek: tarn_curl_seek = { context, offset, _ in
        guard offset == 0, let transfer = transfer(context), transfer.rewind() else { return CURL_SEEKFUNC_FAIL }
        return CURL_SEEKFUNC_OK
    }

    private static func loop(_ context: UnsafeMutableRawPointer?) -> EngineLoop? {
        context.map { Unmanaged<EngineLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> LoopTransfer? {
        context.map { Unmanaged<LoopTransfer>.fromOpaque($0).takeUnretainedValue() }
    }
}
