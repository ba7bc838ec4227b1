import Cryptography

/// The tags of an object (S3: object tagging), which are kept among its attributes and so versioned with it.
package struct ObjectTags: Sendable, Hashable {
    package struct Tag: Sendable, Hashable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The attribute of an entry that keeps them, as the header that brings them writes them.
    package static let attribute = "x-amz-tagging"
    /// The greatest number of tags of an object, and of characters of a key and a value (S3: object tagging).
    package static let maxTags = 10
    package static let maxKeyCharacters = 128
    package static let maxValueCharacters = 256
    /// The longest document, in bytes: so many tags of the greatest length, each byte written as a reference.
    package static let maxDocumentBytes = 128 * 1024

    /// By key, in byte order, so that the same tags are the same content whatever their order was.
    package let tags: [Tag]

    /// - Throws: `BadRequest` for too many, `InvalidTag` for one that breaks a rule.
    package init(_ tags: [Tag]) throws(S3Error) {
        guard tags.count <= Self.maxTags else {
            throw S3Error(.badRequest, "Object tags cannot be greater than \(Self.maxTags)")
        }
        var keys: Set<String> = []
        for tag in tags {
            guard Self.isText(tag.key, 1...Self.maxKeyCharacters) else {
                throw S3Error(
                    .invalidTag, "The TagKey you have provided is invalid", details: [("TagKey", tag.key)])
            }
            guard Self.isText(tag.value, 0...Self.maxValueCharacters) else {
                throw S3Error(
                    .invalidTag, "The TagValue you have provided is invalid",
                    details: [("TagKey", tag.key), ("TagValue", tag.value)])
            }
            guard !tag.key.hasPrefix("aws:") else {
                throw S3Error(.invalidTag, "System tags cannot be added/updated by requester")
            }
            guard keys.insert(tag.key).inserted else {
                throw S3Error(
                    .invalidTag, "Cannot provide multiple Tags with the same key", details: [("TagKey", tag.key)])
            }
        }
        self.tags = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// The tags of the header `x-amz-tagging`: the parameters of a query.
    ///
    /// - Throws: `InvalidArgument` for another form, and what breaks a rule.
    package init(header: String) throws(S3Error) {
        let refusal = S3Error.invalidArgument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
                + "duplicates.", name: "x-amz-tagging", value: header)
        guard let tags = Self.pairs(header), Set(tags.map(\.key)).count == tags.count else { throw refusal }
        try self.init(tags)
    }

    /// The tags of the body of PutObjectTagging.
    ///
    /// - Throws: `MalformedXML`, and what breaks a rule.
    package init(document bytes: [UInt8]) throws(S3Error) {
        var reader = XMLReader(bytes)
        var tags: [Tag]?
        try reader.document("Tagging") { name, reader throws(S3Error) in
            guard name == "TagSet", tags == nil else { throw S3Error(.malformedXML) }
            var found: [Tag] = []
            try reader.children { name, reader throws(S3Error) in
                guard name == "Tag" else { throw S3Error(.malformedXML) }
                found.append(try Self.tag(&reader))
            }
            tags = found
        }
        guard let tags else { throw S3Error(.malformedXML) }
        try self.init(tags)
    }

    /// The tags that an entry's attributes keep.
    package init(attributes: [String: String]) {
        tags = attributes[Self.attribute].flatMap(Self.pairs) ?? []
    }

    /// What keeps them; nil for none.
    package var attributeValue: String? {
        if tags.isEmpty { return nil }
        return tags.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// How many tags an attribute's value keeps.
    package static func count(_ attributeValue: String) -> Int {
        attributeValue.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "&") ? 1 : 0) }
    }

    package func document() -> [UInt8] {
        var writer = XMLWriter()
        writer.root("Tagging") { writer in
            writer.element("TagSet") { writer in
                for tag in tags {
                    writer.element("Tag") { writer in
                        writer.element("Key", tag.key)
                        writer.element("Value", tag.value)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func tag(_ reader: inout XMLReader) throws(S3Error) -> Tag {
        var key: String?
        var value: String?
        try reader.children { name, reader throws(S3Error) in
            switch name {
            case "Key" where key == nil: key = try reader.string()
            case "Value" where value == nil: value = try reader.string()
            default: throw S3Error(.malformedXML)
            }
        }
        guard let key, let value else { throw S3Error(.malformedXML) }
        return Tag(key: key, value: value)
    }

    private static func pairs(_ text: String) -> [Tag]? {
        guard let query = try? QueryItems(text) else { return nil }
        var tags: [Tag] = []
        for item in query.items {
            guard let value = String(validating: item.value, as: UTF8.self) else { return nil }
            tags.append(Tag(key: item.name, value: value))
        }
        return tags
    }

    /// Letters, digits and spaces of any script, and `+ - = . _ : / @`.
    private static func isText(_ text: String, _ characters: ClosedRange<Int>) -> Bool {
        characters.contains(text.utf16.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "+", "-", "=", ".", "_", ":", "/", "@", "\t", "\n", "\r": return true
                default: break
                }
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                    .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .spaceSeparator,
                    .lineSeparator, .paragraphSeparator:
                    return true
                default: return false
                }
            }
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(percentEncoding: text.utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}
