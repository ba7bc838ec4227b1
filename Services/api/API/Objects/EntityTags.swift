/// The entity tags of a conditional header (RFC 9110 §13.1).
enum EntityTags {
    /// Whether `If-None-Match` names this checksum or anything; weak tags compare as strong ones.
    static func list(_ header: String, contains checksum: String) -> Bool {
        header.split(separator: ",").contains { element in
            let tag = element.drop { $0 == " " }
            if tag.first == "*" { return true }
            return trimmed(tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == checksum
        }
    }

    /// Whether `If-Range` names this checksum: only a strong tag does, and a date never.
    static func condition(_ header: String, isStrongly checksum: String) -> Bool { header == "\"\(checksum)\"" }

    private static func trimmed(_ tag: Substring) -> Substring {
        var tag = tag
        while tag.last == " " { tag.removeLast() }
        if tag.first == "\"", tag.last == "\"", tag.count > 1 { tag = tag.dropFirst().dropLast() }
        return tag
    }
}
