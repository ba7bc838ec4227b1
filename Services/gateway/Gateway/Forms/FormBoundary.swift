/// The line that parts the fields of a form (RFC 2046 §5.1.1).
package struct FormBoundary: Sendable, Hashable {
    /// The longest boundary, in bytes.
    static let maxBytes = 70

    /// A line's end, two hyphens and the boundary.
    let delimiter: [UInt8]

    /// Reads a `Content-Type`; nil unless it is `multipart/form-data` with a boundary.
    package init?(contentType: String) {
        var parts = contentType.split(separator: ";").map { Self.trimmed($0) }
        guard !parts.isEmpty, parts.removeFirst().lowercased() == "multipart/form-data" else { return nil }
        guard let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") }) else { return nil }
        var value = parameter.dropFirst("boundary=".count)
        if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
        guard (1...Self.maxBytes).contains(value.utf8.count) else { return nil }
        delimiter = Array("\r\n--\(value)".utf8)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
