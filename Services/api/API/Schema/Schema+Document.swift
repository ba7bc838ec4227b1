import JSONCodec

extension Schema {
    /// Writes the schema as OpenAPI 3.0 has it, named ones as references.
    func write(document writer: inout JSONWriter) {
        if case .named(let name, _) = self {
            writer.object { $0.member("$ref", "#/components/schemas/\(name)") }
        } else {
            writeDefinition(document: &writer)
        }
    }

    /// - Parameter summary: what it means here, for people.
    /// - Parameter defaultJSON: the value where it is left out.
    func writeDefinition(document writer: inout JSONWriter, summary: String = "", defaultJSON: String? = nil) {
        writer.object { writer in
            writeMembers(document: &writer)
            if !summary.isEmpty { writer.member("description", summary) }
            if let defaultJSON {
                writer.key("default")
                writer.raw(defaultJSON.utf8)
            }
        }
    }

    private func writeMembers(document writer: inout JSONWriter) {
        switch self {
        case .named(let name, _):
            // OpenAPI 3.0 allows nothing beside a reference.
            writer.key("allOf")
            writer.array { $0.object { $0.member("$ref", "#/components/schemas/\(name)") } }
        case .nullable(let schema):
            schema.writeMembers(document: &writer)
            writer.member("nullable", true)
        case .text(let rule):
            rule.writeMembers(document: &writer)
        case .integer(let bounds):
            writer.member("type", "integer")
            writer.member("format", "int64")
            if let bounds {
                writer.member("minimum", bounds.lowerBound)
                if bounds.upperBound < .max { writer.member("maximum", bounds.upperBound) }
            }
        case .boolean:
            writer.member("type", "boolean")
        case .array(let element, let atLeast):
            writer.member("type", "array")
            writer.key("items")
            element.write(document: &writer)
            if atLeast > 0 { writer.member("minItems", atLeast) }
        case .map(let value):
            writer.member("type", "object")
            writer.key("additionalProperties")
            value.write(document: &writer)
        case .free:
            writer.member("type", "object")
        case .any: break
        case .binary:
            writer.member("type", "string")
            writer.member("format", "binary")
        case .object(let fields):
            Self.writeMembers(of: fields, document: &writer)
        }
    }

    private static func writeMembers(of fields: [Field], document writer: inout JSONWriter) {
        writer.member("type", "object")
        let required = fields.filter(\.isRequired)
        if !required.isEmpty {
            writer.key("required")
            writer.array { writer in
                for field in required { writer.value(field.name) }
            }
        }
        writer.key("properties")
        writer.object { writer in
            for field in fields {
                writer.key(text: field.name)
                if field.summary.isEmpty, field.defaultJSON == nil {
                    field.schema.write(document: &writer)
                } else {
                    field.schema.writeDefinition(
                        document: &writer, summary: field.summary, defaultJSON: field.defaultJSON)
                }
            }
        }
    }

    /// Every named schema in this one, by name.
    func collectNames(into schemas: inout [String: Schema]) {
        switch self {
        case .named(let name, let schema):
            guard schemas[name] == nil else { return }
            schemas[name] = schema
            schema.collectNames(into: &schemas)
        case .nullable(let schema), .array(let schema, _), .map(let schema):
            schema.collectNames(into: &schemas)
        case .object(let fields):
            for field in fields { field.schema.collectNames(into: &schemas) }
        case .text, .integer, .boolean, .free, .any, .binary: break
        }
    }
}

extension TextRule {
    fileprivate func writeMembers(document writer: inout JSONWriter) {
        writer.member("type", "string")
        if let format { writer.member("format", format) }
        if minLength > 0 { writer.member("minLength", minLength) }
        if let pattern, format == nil { writer.member("pattern", pattern.expression) }
        guard !allowed.isEmpty else { return }
        writer.key("enum")
        writer.array { writer in
            for value in allowed { writer.value(value) }
        }
    }
}
