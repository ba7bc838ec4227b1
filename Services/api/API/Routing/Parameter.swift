/// One parameter of an operation, in the path, the query or the header.
struct Parameter: Sendable {
    enum Location: String, Sendable { case path, query, header }

    let name: String
    let location: Location
    let schema: Schema
    var isRequired = false
    /// Whether an empty value is a value.
    var allowsEmpty = false
    /// What it means, for people.
    let summary: String
    /// The value where it is left out, as JSON.
    var defaultJSON: String?

    static func query(
        _ name: String, _ schema: Schema, _ summary: String, default defaultJSON: String? = nil,
        allowsEmpty: Bool = false
    ) -> Parameter {
        Parameter(
            name: name, location: .query, schema: schema, allowsEmpty: allowsEmpty, summary: summary,
            defaultJSON: defaultJSON)
    }

    static func required(_ name: String, _ schema: Schema, _ summary: String) -> Parameter {
        Parameter(name: name, location: .query, schema: schema, isRequired: true, summary: summary)
    }

    static func header(_ name: String, _ schema: Schema, _ summary: String) -> Parameter {
        Parameter(name: name, location: .header, schema: schema, summary: summary)
    }

    /// A switch that is off where it is left out.
    static func flag(_ name: String, _ summary: String, default isOn: Bool = false) -> Parameter {
        .query(name, .boolean, summary, default: isOn ? "true" : "false")
    }
}

extension Parameter {
    static let path = Parameter.required("path", .string, "The object's path, relative to the reference.")
    static let force = Parameter.flag("force", "Write to a read-only repository all the same.")
    static let prefix = Parameter.query("prefix", .string, "Only rows that begin with this text.", allowsEmpty: true)
    static let after = Parameter.query("after", .string, "Only rows behind this one.", allowsEmpty: true)
    static let amount = Parameter.query(
        "amount", .integer(-1...1_000), "How many rows a page holds; 0 and -1 stand for the default.", default: "100")
    static let delimiter = Parameter.query(
        "delimiter", .string, "Rows that have this text behind the prefix are folded into one.", allowsEmpty: true)
    static let presign = Parameter.query("presign", .boolean, "Whether to answer an address that needs no credentials.")
    static let ifNoneMatch = Parameter.header(
        "If-None-Match", .string, "`*`: write only where nothing is at the path.")
    static let ifMatch = Parameter.header("If-Match", .string, "Not supported; answered 501.")
    static let noTombstone = Parameter.flag(
        "no_tombstone", "Accepted and without effect: a delete that changes nothing leaves no trace anyway.")

    /// What every paged list takes.
    static let page: [Parameter] = [.prefix, .after, .amount]
}

extension Parameter {
    /// Why a text given for it is refused; nil where it is fine.
    func refusal(of text: String) -> String? {
        if text.isEmpty, !allowsEmpty { return "may not be empty" }
        switch schema.definition {
        case .integer(let bounds):
            guard let number = Int64(text), text.first != "+" else { return "must be a whole number" }
            if let bounds, !bounds.contains(number) { return "must be \(bounds.lowerBound) to \(bounds.upperBound)" }
            return nil
        case .boolean:
            return QueryFlag.value(of: text) == nil ? "must be true or false" : nil
        case .text(let rule):
            return rule.refusal(of: text)
        case .array(.text(let rule), _):
            return rule.refusal(of: text)
        default:
            return nil
        }
    }
}

extension Parameter {
    /// The schema as the document shows it: that an empty value is refused is a rule too.
    var documentSchema: Schema {
        guard !allowsEmpty, case .text(var rule) = schema, rule.minLength == 0, rule.allowed.isEmpty,
            rule.pattern == nil
        else { return schema }
        rule.minLength = 1
        return .text(rule)
    }

    /// What a parameter of the path may be, by its name; its own type in `Domain` checks it.
    static func pathSchema(_ name: String) -> Schema {
        switch name {
        case "repository": Schemas.repositoryName
        case "partNumber": .integer(1...10_000)
        case "type": .oneOf("meta_range", "range")
        default: .string
        }
    }
}

/// A switch as a query writes it.
enum QueryFlag {
    /// Nil for anything but `true` and `false`, or `True` and `False` as the Python client writes them.
    static func value(of text: String) -> Bool? {
        switch text {
        case "true", "True": true
        case "false", "False": false
        default: nil
        }
    }
}
