import NIOHTTP1

/// Whether a page of another site may have made the browser send a request.
///
/// The session cookie is `SameSite=Strict` and bodies must be `application/json`, so this is a further wall: for
/// browsers that know no `SameSite`, and for other services on the same site.
enum CrossSite {
    /// Only what changes something and is authenticated by the cookie alone is asked about. A client that sends neither
    /// header is no browser.
    static func isSuspect(_ request: IncomingRequest) -> Bool {
        guard request.method != .GET, request.method != .HEAD, !request.headers.contains(name: "Authorization") else {
            return false
        }
        if let site = request.headers.first(name: "Sec-Fetch-Site") {
            return site != "same-origin" && site != "none"
        }
        guard let origin = request.headers.first(name: "Origin") else { return false }
        guard let host = request.headers.first(name: "Host"), let slashes = origin.firstRange(of: "://") else {
            return true
        }
        return origin[slashes.upperBound...].lowercased() != host.lowercased()
    }
}
