import JSONCodec

/// The members of a JSON object from outside, of the kinds that OpenID Connect knows.
struct JSONMembers: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case text(String)
        case texts([String])
        case number(Double)
        case flag(Bool)
        /// An object, null, or an array of other things.
        case other
    }

    /// The greatest number of texts in an array.
    static let maxTexts = 10_000

    private var values: [String: Value] = [:]

    /// - Throws: `JSONError` for what is no object, and for one that says a thing twice: readers differ in which they take.
    init(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let name = try reader.nextKey() {
            guard values.updateValue(try Self.value(&reader), forKey: name) == nil else {
                throw reader.error("a member comes twice")
            }
        }
        try reader.finish()
    }

    private static func value(_ reader: inout JSONReader) throws(JSONError) -> Value {
        switch reader.nextKind() {
        case .string: return .text(try reader.string())
        case .bool: return .flag(try reader.bool())
        case .number:
            let text = try reader.rawValue()
            return Double(String(decoding: text, as: UTF8.self)).map { .number($0) } ?? .other
        case .array: return try array(&reader)
        case .object, .null, nil:
            try reader.skipValue()
            return .other
        }
    }

    private static func array(_ reader: inout JSONReader) throws(JSONError) -> Value {
        var texts: [String]? = []
        try reader.beginArray()
        while try reader.nextElement() {
            if reader.nextKind() == .string, (texts?.count ?? 0) < maxTexts {
                texts?.append(try reader.string())
            } else {
                try reader.skipValue()
                texts = nil
            }
        }
        return texts.map { .texts($0) } ?? .other
    }

    subscript(_ name: String) -> Value? { values[name] }

    /// Nil unless it is there, a text, and not empty.
    func text(_ name: String) -> String? {
        if case .text(let text)? = values[name], !text.isEmpty { text } else { nil }
    }

    /// One text, or an array of them.
    func texts(_ name: String) -> [String]? {
        switch values[name] {
        case .text(let text): [text]
        case .texts(let texts): texts
        default: nil
        }
    }

    /// Seconds since 1970, fractions dropped; nil for none and for what is none.
    func time(_ name: String) -> Int64? {
        if case .number(let seconds)? = values[name] { Int64(exactly: seconds.rounded(.down)) } else { nil }
    }
}
