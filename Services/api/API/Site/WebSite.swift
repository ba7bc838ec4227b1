import FoundationEssentials
import NIOCore
import NIOHTTP1
import ServiceKit

/// The web UI: the files of one folder, read once at the start, so that no request can reach another file.
struct WebSite: Sendable {
    /// Files under it have their content's hash in their names: what is there never changes.
    static let assets = "/assets/"
    static let maxFiles = 1_000
    static let maxFileBytes = 16 * 1_024 * 1_024

    /// No script but its own, no frame around it, nothing from elsewhere. Previews show images and text that were fetched.
    static let policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    private let files: [String: SiteFile]
    private let page: SiteFile

    /// - Parameter files: their bytes by path, such as `index.html`; `x.gz` is `x` compressed.
    /// - Throws: where there is no `index.html`.
    init(files: [String: [UInt8]]) throws(ConfigurationError) {
        var made: [String: SiteFile] = [:]
        for (path, bytes) in files where !path.hasSuffix(".gz") {
            made["/" + path] = SiteFile(name: path, bytes: bytes, gzip: files[path + ".gz"])
        }
        guard let page = made["/index.html"] else {
            throw ConfigurationError("TARN_UI_DIRECTORY", "has no index.html")
        }
        self.files = made
        self.page = page
    }

    /// Reads a folder and those in it.
    ///
    /// - Throws: where it cannot be read, or holds more than the limits allow.
    init(directory: String) throws(ConfigurationError) {
        let manager = FileManager.default
        guard let names = try? manager.subpathsOfDirectory(atPath: directory) else {
            throw ConfigurationError("TARN_UI_DIRECTORY", "cannot be read")
        }
        guard names.count <= Self.maxFiles else {
            throw ConfigurationError("TARN_UI_DIRECTORY", "has more than \(Self.maxFiles) files")
        }
        var files: [String: [UInt8]] = [:]
        for name in names {
            let path = "\(directory)/\(name)"
            var isFolder = false
            guard manager.fileExists(atPath: path, isDirectory: &isFolder), !isFolder else { continue }
            guard let bytes = try? Data(contentsOf: URL(filePath: path)), bytes.count <= Self.maxFileBytes else {
                throw ConfigurationError("TARN_UI_DIRECTORY", "has a file that cannot be read or is too large: \(name)")
            }
            files[name] = Array(bytes)
        }
        try self.init(files: files)
    }

    /// The answer to a browser; nil for what no browser asks for.
    ///
    /// - Parameter path: as received, without the query.
    func answer(_ path: Substring, _ headers: HTTPHeaders) -> Answer? {
        if let file = files[String(path)], path != "/index.html" {
            return answer(file, headers, isFixed: path.hasPrefix(Self.assets))
        }
        guard !path.hasPrefix(Self.assets) else { return .text(404, "there is no such file\n") }
        // Any other path is a state of the page, which shows it.
        let isPage = path == "/" || path == "/index.html"
        guard isPage || headers[canonicalForm: "Accept"].contains(where: { $0.hasPrefix("text/html") }) else {
            return nil
        }
        return answer(page, headers, isFixed: false)
    }

    private func answer(_ file: SiteFile, _ headers: HTTPHeaders, isFixed: Bool) -> Answer {
        var fields: [(name: String, value: String)] = [
            ("Cache-Control", isFixed ? "public, max-age=31536000, immutable" : "no-cache"),
            ("ETag", file.etag), ("Vary", "Accept-Encoding"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", Self.policy), ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        if headers[canonicalForm: "If-None-Match"].contains(where: { $0 == "*" || $0.hasSuffix(file.etag) }) {
            return Answer(304, headers: fields)
        }
        fields.append(("Content-Type", file.type))
        let takesGzip = headers[canonicalForm: "Accept-Encoding"].contains { $0 == "gzip" }
        guard takesGzip, let gzip = file.gzip else { return Answer(200, headers: fields, content: .bytes(file.bytes)) }
        fields.append(("Content-Encoding", "gzip"))
        return Answer(200, headers: fields, content: .bytes(gzip))
    }
}
