import Cryptography
import NIOCore

/// One file of the web UI, as it is sent.
struct SiteFile: Sendable {
    let type: String
    let bytes: ByteBuffer
    /// The same, compressed; nil where the build made none.
    let gzip: ByteBuffer?
    /// A strong tag, quoted.
    let etag: String

    init(name: String, bytes: [UInt8], gzip: [UInt8]?) {
        type = Self.type(of: name)
        self.bytes = ByteBuffer(bytes: bytes)
        self.gzip = gzip.map { ByteBuffer(bytes: $0) }
        etag = "\"\(SHA256.hash(bytes).hex.prefix(32))\""
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "wasm": "application/wasm"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
