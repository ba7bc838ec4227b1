import Domain

/// The headers that come with an object's bytes.
enum ObjectHeaders {
    /// Types that a browser may show in its window; anything else is offered for saving.
    private static let inlineTypes: Set<String> = [
        "text/plain", "text/csv", "text/html", "text/css", "text/markdown", "application/json", "application/pdf",
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml", "image/bmp",
        "image/x-icon", "audio/mpeg", "audio/ogg", "audio/wav", "video/mp4", "video/webm", "video/ogg",
    ]

    /// What users stored may be a page with a script: shown, it must have no more rights than a stranger's page.
    static let securityPolicy = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox"

    static func make(_ entry: Entry, path: ObjectKey) -> [(name: String, value: String)] {
        [
            ("ETag", "\"\(entry.checksum)\""),
            ("Last-Modified", HTTPDateText.make(seconds: entry.modified.seconds)),
            ("Content-Type", headerSafe(entry.contentType)),
            ("Content-Disposition", disposition(entry.contentType, path)),
            ("Accept-Ranges", "bytes"),
            ("Cache-Control", "no-store, must-revalidate"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Content-Security-Policy", securityPolicy),
        ]
    }

    /// A stored type is what some client sent; what cannot stand in a header is not sent back.
    private static func headerSafe(_ type: String) -> String {
        let isSafe = !type.isEmpty && type.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        return isSafe ? type : Entry.defaultContentType
    }

    private static func disposition(_ type: String, _ path: ObjectKey) -> String {
        let plain = type.split(separator: ";", maxSplits: 1).first.map { $0.lowercased() } ?? ""
        if inlineTypes.contains(plain) { return "inline" }
        let name = path.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        return "attachment; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
