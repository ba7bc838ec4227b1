/// What a JSON value may be: requests are checked against it, and the served document is written from it.
indirect enum Schema: Sendable {
    case text(TextRule)
    /// A whole number of 64 bits.
    case integer(ClosedRange<Int64>?)
    case boolean
    case array(Schema, atLeast: Int = 0)
    case object([Field])
    /// An object whose members are all of one kind.
    case map(Schema)
    /// An object of any form.
    case free
    /// Any value.
    case any
    /// Bytes that are no JSON.
    case binary
    case nullable(Schema)
    /// A schema that the document names.
    case named(String, Schema)

    static let string = Schema.text(TextRule())
    static let integer = Schema.integer(nil)
    static let date = Schema.text(TextRule(format: "date-time"))
    static let strings = Schema.array(.string)
    static let metadata = Schema.map(.string)

    static func oneOf(_ values: String...) -> Schema { .text(TextRule(allowed: values)) }

    /// The schema behind its names.
    var definition: Schema {
        if case .named(_, let schema) = self { schema.definition } else { self }
    }
}

/// What a string may be.
struct TextRule: Sendable {
    var format: String?
    /// Empty for all.
    var allowed: [String] = []
    /// In characters.
    var minLength = 0
    var pattern: TextPattern?

    /// Why a text is refused; nil where it is fine.
    func refusal(of text: String) -> String? {
        if !allowed.isEmpty, !allowed.contains(text) { return "must be one of \(allowed.joined(separator: ", "))" }
        if minLength > 0, text.unicodeScalars.count < minLength {
            return minLength == 1 ? "may not be empty" : "must have at least \(minLength) characters"
        }
        if let pattern, !pattern.matches(text) { return "must match \(pattern.expression)" }
        return nil
    }
}

/// A pattern as the document shows it, and as it is checked.
struct TextPattern: Sendable {
    let expression: String
    let matches: @Sendable (String) -> Bool
}

/// A member of an object.
struct Field: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
    /// What it means, for people; empty where the name says it all.
    let summary: String
    /// The value where it is left out, as JSON.
    let defaultJSON: String?

    static func required(_ name: String, _ schema: Schema, _ summary: String = "") -> Field {
        Field(name: name, schema: schema, isRequired: true, summary: summary, defaultJSON: nil)
    }

    static func optional(
        _ name: String, _ schema: Schema, _ summary: String = "", default defaultJSON: String? = nil
    ) -> Field {
        Field(name: name, schema: schema, isRequired: false, summary: summary, defaultJSON: defaultJSON)
    }
}
