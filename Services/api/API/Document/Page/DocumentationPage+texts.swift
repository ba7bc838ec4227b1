import Policy

extension DocumentationPage {
    /// A schema in few words; named ones as links.
    static func write(type schema: Schema, _ writer: inout HTMLWriter) {
        switch schema {
        case .named(let name, _): writer.element("a", ["href": "#schema-\(name)"], text: name)
        case .nullable(let schema):
            write(type: schema, &writer)
            writer.text(" or null")
        case .array(let element, let atLeast):
            writer.text(atLeast > 0 ? "array of at least \(atLeast) × " : "array of ")
            write(type: element, &writer)
        case .map(let value):
            writer.text("object of ")
            write(type: value, &writer)
        case .text(let rule): write(rule: rule, &writer)
        case .integer(let bounds):
            writer.text("integer")
            if let bounds {
                writer.text(
                    bounds.upperBound == .max
                        ? ", at least \(bounds.lowerBound)" : ", \(bounds.lowerBound) to \(bounds.upperBound)")
            }
        case .boolean: writer.text("boolean")
        case .binary: writer.text("bytes")
        default: writer.text("object")
        }
    }

    private static func write(rule: TextRule, _ writer: inout HTMLWriter) {
        guard rule.allowed.isEmpty else {
            for (number, value) in rule.allowed.enumerated() {
                if number > 0 { writer.text(" or ") }
                writer.element("code", text: value)
            }
            return
        }
        writer.text("string")
        if let format = rule.format { writer.text(", \(format)") }
        if rule.minLength > 0 { writer.text(rule.minLength == 1 ? ", not empty" : ", at least \(rule.minLength) long") }
        if let pattern = rule.pattern, rule.format == nil {
            writer.text(", like ")
            writer.element("code", text: pattern.expression)
        }
    }

    static func write(access: Access, _ writer: inout HTMLWriter) {
        switch access {
        case .open: writer.text("Needs no credentials.")
        case .signedIn: writer.text("Needs credentials, and no permission.")
        case .needs(let needs):
            writer.text("Needs ")
            for (number, need) in needs.enumerated() {
                if number > 0 { writer.text(" and ") }
                writer.element("code", text: need.action.rawValue)
                writer.text(need.place)
            }
            writer.text(".")
        }
    }
}

extension Need {
    /// What the permission must be for.
    fileprivate var place: String {
        switch target {
        case .all: ""
        case .some: " on any of them"
        case .repository: " on the repository"
        case .branch: " on the branch"
        case .tag: " on the tag"
        case .object: " on the object"
        case .everyObject: " on every object"
        case .listing, .listings: " on what is listed"
        case .user: " on the user"
        case .group: " on the group"
        case .policy: " on the policy"
        case .externalPrincipal: " on the principal"
        case .byHandler: " on what the request names"
        }
    }
}
