package import NIOHTTP1

/// The fields of a form that come before its file.
package struct PostForm: Sendable {
    /// By lower-case name.
    package private(set) var values: [String: String] = [:]
    /// What the client calls the file, without folders.
    package let filename: String

    /// Fields that say how to treat the form and are no headers of the object.
    private static let own: Set<String> = [
        "acl", "awsaccesskeyid", "bucket", "file", "key", "policy", "redirect", "signature", "success_action_redirect",
        "success_action_status", "tagging", "x-amz-algorithm", "x-amz-copy-source", "x-amz-credential", "x-amz-date",
        "x-amz-decoded-content-length", "x-amz-security-token", "x-amz-signature", "x-amz-tagging", "x-amz-trailer",
    ]
    private static let headers: Set<String> = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-md5", "content-type",
        "expires",
    ]

    /// Reads up to the file, whose content then comes from the reader.
    ///
    /// - Throws: `InvalidArgument` where there is no file, or a field twice; what the reader refuses.
    package init(_ reader: inout FormReader) async throws(S3Error) {
        while true {
            switch try await reader.nextField() {
            case nil:
                throw .invalidArgument("POST requires exactly one file upload per request.", name: "file")
            case .text(let name, let value)?:
                // A policy speaks about one value.
                guard values.updateValue(value, forKey: name.lowercased()) == nil else {
                    throw .invalidArgument("The field \(name) must come only once", name: name)
                }
            case .file(let name)?:
                filename = String(name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
                return
            }
        }
    }

    package init(values: [String: String], filename: String = "") {
        self.values = values
        self.filename = filename
    }

    package subscript(_ name: String) -> String? { values[name] }

    /// The key of the object, the name of the file put in.
    ///
    /// - Throws: `InvalidArgument` without one.
    package func key() throws(S3Error) -> String {
        guard let key = self["key"], !key.isEmpty else {
            throw .invalidArgument(
                "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
                name: "key")
        }
        return withFilename(key)
    }

    package func withFilename(_ text: String) -> String { text.replacing("${filename}", with: filename) }

    /// What PutObject would have as headers.
    package var objectHeaders: HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in values
        where Self.headers.contains(name) || name.hasPrefix("x-amz-") && !Self.own.contains(name) {
            headers.add(name: name, value: value)
        }
        if let acl = self["acl"] { headers.add(name: "x-amz-acl", value: acl) }
        return headers
    }
}
