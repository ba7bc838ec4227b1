/// The `Range` of a request for an object, whose form was checked against `bytes=…` before.
enum ByteRange: Sendable, Hashable {
    case whole
    /// First and last byte counted in.
    case part(ClosedRange<Int64>)
    case unsatisfiable

    /// What headers may hold; anything else is 400.
    static let pattern = TextPattern(expression: #"^bytes=((\d*-\d*,? ?)+)$"#) { text in
        guard text.hasPrefix("bytes=") else { return false }
        return parts(text) != nil
    }

    /// - Parameter size: of the object, in bytes.
    init(_ header: String?, size: Int64) {
        guard let header else {
            self = .whole
            return
        }
        // Several ranges would need a multipart answer, which the protocol does not have.
        guard let parts = Self.parts(header), let part = parts.first, parts.count == 1 else {
            self = .unsatisfiable
            return
        }
        let first: Int64
        var last = size - 1
        switch (part.first.isEmpty, part.last.isEmpty) {
        case (true, true):
            self = .unsatisfiable
            return
        case (true, false):
            first = max(0, size - Self.number(part.last))
        case (false, true):
            first = Self.number(part.first)
        case (false, false):
            first = Self.number(part.first)
            let asked = Self.number(part.last)
            guard first <= asked else {
                self = .unsatisfiable
                return
            }
            last = min(asked, last)
        }
        self = first <= last ? .part(first...last) : .unsatisfiable
    }

    private typealias Digits = (first: Substring, last: Substring)

    /// The `digits-digits` pairs; nil where the pattern does not match.
    private static func parts(_ header: String) -> [Digits]? {
        var rest = header.dropFirst("bytes=".count)
        var parts: [Digits] = []
        while !rest.isEmpty {
            let first = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[first.endIndex...]
            guard rest.first == "-" else { return nil }
            rest = rest.dropFirst()
            let last = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[last.endIndex...]
            parts.append((first, last))
            if rest.first == "," { rest = rest.dropFirst() }
            if rest.first == " " { rest = rest.dropFirst() }
        }
        return parts.isEmpty ? nil : parts
    }

    /// A number too large to hold is behind the end of everything.
    private static func number(_ digits: Substring) -> Int64 { Int64(digits) ?? .max }
}
