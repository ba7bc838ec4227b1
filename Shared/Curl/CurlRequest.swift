/// One HTTP request, without its body.
package struct CurlRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    /// `http://` or `https://`, already percent-encoded; sent as it is.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var timeouts: CurlTimeouts

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [],
        timeouts: CurlTimeouts = CurlTimeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.timeouts = timeouts
    }

    /// Whether a header or the URL holds a byte that would end its line.
    var breaksLines: Bool {
        func breaks(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
        return breaks(url) || headers.contains { breaks($0.name) || breaks($0.value) || $0.name.isEmpty }
    }
}

/// How long a transfer may take, in milliseconds.
package struct CurlTimeouts: Sendable, Hashable {
    /// To a connection, names and TLS included; also how long a transfer may wait for its turn.
    package var connect = 5_000
    /// Without a byte going either way while nobody on this side is to blame.
    package var idle = 30_000
    /// From the start to the last byte; 0 for no limit.
    package var total = 0

    package init() {}

    package init(connect: Int = 5_000, idle: Int = 30_000, total: Int = 0) {
        self.connect = connect
        self.idle = idle
        self.total = total
    }
}
