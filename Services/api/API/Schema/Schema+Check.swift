import JSONCodec

extension Schema {
    /// Checks a whole request body. Members that the schema does not know are ignored.
    ///
    /// - Throws: where the text is no JSON or a value breaks the schema, naming the field.
    func check(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try check(&reader, field: "")
        try reader.finish()
    }

    private func check(_ reader: inout JSONReader, field: String) throws(JSONError) {
        switch self {
        case .named(_, let schema):
            try schema.check(&reader, field: field)
        case .nullable(let schema):
            if !reader.takeNull() { try schema.check(&reader, field: field) }
        case .text(let rule):
            try reader.expect(.string, "a string", field)
            if let refusal = rule.refusal(of: try reader.string()) { throw reader.error(Self.refuse(field, refusal)) }
        case .integer(let bounds):
            try reader.expect(.number, "a whole number", field)
            let number: Int64
            do { number = try reader.integer() } catch {
                throw reader.error(Self.refuse(field, "must be a whole number of 64 bits"))
            }
            if let bounds, !bounds.contains(number) {
                throw reader.error(Self.refuse(field, "must be \(bounds.lowerBound) to \(bounds.upperBound)"))
            }
        case .boolean:
            try reader.expect(.bool, "true or false", field)
            _ = try reader.bool()
        case .array(let element, let atLeast):
            try reader.expect(.array, "an array", field)
            var count = 0
            try reader.beginArray()
            while try reader.nextElement() {
                try element.check(&reader, field: "\(field)[\(count)]")
                count += 1
            }
            if count < atLeast { throw reader.error(Self.refuse(field, "must have at least \(atLeast) elements")) }
        case .map(let value):
            try reader.expect(.object, "an object", field)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                try value.check(&reader, field: Self.join(field, key))
            }
        case .free, .binary:
            try reader.expect(.object, "an object", field)
            try reader.skipValue()
        case .any:
            try reader.skipValue()
        case .object(let fields):
            try reader.expect(.object, "an object", field)
            try Self.check(fields, &reader, field)
        }
    }

    private static func check(_ fields: [Field], _ reader: inout JSONReader, _ parent: String) throws(JSONError) {
        var seen = [Bool](repeating: false, count: fields.count)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            guard let index = fields.firstIndex(where: { $0.name == key }) else {
                try reader.skipValue()
                continue
            }
            let name = join(parent, key)
            guard !seen[index] else { throw reader.error("'\(name)' is given twice") }
            seen[index] = true
            try fields[index].schema.check(&reader, field: name)
        }
        for (field, isSeen) in zip(fields, seen) where field.isRequired && !isSeen {
            throw reader.error("'\(join(parent, field.name))' is missing")
        }
    }

    private static func join(_ parent: String, _ name: String) -> String {
        parent.isEmpty ? name : "\(parent).\(name)"
    }

    fileprivate static func refuse(_ field: String, _ why: String) -> String {
        field.isEmpty ? "the body \(why)" : "'\(field)' \(why)"
    }
}

extension JSONReader {
    /// - Throws: where the next value is of another kind; what is no value at all is left to be refused when it is read.
    fileprivate mutating func expect(_ kind: JSONKind, _ name: String, _ field: String) throws(JSONError) {
        guard let next = nextKind(), next != kind else { return }
        throw error(Schema.refuse(field, "must be \(name)"))
    }
}
