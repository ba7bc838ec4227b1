import Cryptography
import NIOHTTP1

/// What a request shows to say whose it is.
enum PresentedCredential: Sendable, Hashable {
    case basic(accessKeyID: String, secretAccessKey: String)
    case token(String)

    /// The cookie that a login sets.
    static let cookieName = "internal_auth_session"

    /// Reads `Authorization`, else the cookie; nil where there is neither.
    ///
    /// - Throws: `APIError` 401 where a known scheme is malformed.
    static func read(_ headers: HTTPHeaders) throws(APIError) -> PresentedCredential? {
        if let header = headers.first(name: "Authorization"), let space = header.utf8.firstIndex(of: 0x20) {
            let value = header[header.utf8.index(after: space)...].drop { $0 == " " }
            switch header[..<space].lowercased() {
            case "basic": return try basic(value)
            case "bearer":
                guard !value.isEmpty else { throw .unauthenticated }
                return .token(String(value))
            default: break
            }
        }
        return cookie(cookieName, of: headers).map { .token($0) }
    }

    private static func basic(_ value: Substring) throws(APIError) -> PresentedCredential {
        guard let bytes = Base64.decode(value), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let key = String(validating: bytes[..<colon], as: UTF8.self),
            let secret = String(validating: bytes[(colon + 1)...], as: UTF8.self), !key.isEmpty
        else { throw .unauthenticated }
        return .basic(accessKeyID: key, secretAccessKey: secret)
    }

    /// The value of a cookie; nil for none and for an empty one.
    static func cookie(_ name: String, of headers: HTTPHeaders) -> String? {
        for header in headers[canonicalForm: "Cookie"] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(name) else { continue }
                let rest = pair.dropFirst(name.count)
                guard rest.first == "=", rest.count > 1 else { continue }
                return String(rest.dropFirst())
            }
        }
        return nil
    }
}
