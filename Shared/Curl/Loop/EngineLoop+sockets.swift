import CCurl
import CLinux
import Glibc

/// A connection's socket and what the kernel knows of it.
///
/// A kept-alive connection comes and goes with every request. Telling the kernel each time would cost three calls a request, so a
/// socket stays registered when libcurl lets go of it, and counts as resting.
struct WatchedSocket {
    /// The readiness epoll was told to report; `nil` where it is not registered.
    var events: UInt32?
    var isResting = true
}

extension EngineLoop {
    /// libcurl says what to watch a descriptor for.
    func watch(_ descriptor: Int32, _ what: Int32) {
        var events: UInt32 = 0
        if what & CURL_POLL_IN != 0 { events |= TARN_READABLE }
        if what & CURL_POLL_OUT != 0 { events |= TARN_WRITABLE }
        guard var socket = sockets[descriptor] else {
            // Not a connection but one of libcurl's own, as for looking up names.
            if what == CURL_POLL_REMOVE {
                tarn_epoll_remove(epoll, descriptor)
            } else {
                tarn_epoll_set(epoll, descriptor, events, UInt64(UInt32(bitPattern: descriptor)))
            }
            return
        }
        socket.isResting = what == CURL_POLL_REMOVE
        if !socket.isResting, socket.events != events {
            tarn_epoll_set(epoll, descriptor, events, UInt64(UInt32(bitPattern: descriptor)))
            socket.events = events
        }
        sockets[descriptor] = socket
    }

    /// Whether something happened on a connection at rest. libcurl finds out what, should it want to use it again.
    func unwatchIfResting(_ descriptor: Int32) -> Bool {
        guard let socket = sockets[descriptor], socket.isResting else { return false }
        tarn_epoll_remove(epoll, descriptor)
        sockets[descriptor]?.events = nil
        return true
    }

    /// Whether the filter lets a connection be made.
    func permits(_ address: UnsafePointer<curl_sockaddr>) -> Bool {
        guard let permits = configuration.permits else { return true }
        var bytes = [UInt8](repeating: 0, count: 16)
        var port: UInt16 = 0
        let count = Int(tarn_curl_address(address, &bytes, &port))
        return count > 0 && permits(PeerAddress(bytes: Array(bytes.prefix(count)), port: port))
    }

    func open(_ address: UnsafePointer<curl_sockaddr>) -> Int32 {
        let descriptor = tarn_curl_open_socket(address)
        if descriptor != CURL_SOCKET_BAD { sockets[descriptor] = WatchedSocket() }
        return descriptor
    }

    func close(_ descriptor: Int32) {
        sockets[descriptor] = nil
        Glibc.close(descriptor)
    }
}
