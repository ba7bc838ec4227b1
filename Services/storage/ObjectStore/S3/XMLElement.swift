/// One element of an S3 answer: its local name, and its text or its children.
struct XMLElement: Sendable, Hashable {
    let name: String
    /// The character data directly in it, without white space around it where there are children.
    var text = ""
    var children: [XMLElement] = []

    init(_ name: String) { self.name = name }

    /// The first child of a name.
    subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first child of a name.
    func text(_ name: String) -> String? { self[name]?.text }
}

extension XMLElement {
    /// Reads a document.
    ///
    /// - Throws: `corrupt` for anything that is not well-formed, has a document type, or is nested or divided beyond reason.
    static func parse(_ bytes: some Collection<UInt8>) throws(ObjectStoreError) -> XMLElement {
        var reader = XMLReader(Array(bytes))
        var open: [XMLElement] = []
        while let event = try reader.next() {
            switch event {
            case .start(let name):
                open.append(XMLElement(name))
            case .text(let text):
                guard !open.isEmpty else { throw XMLReader.malformed }
                open[open.count - 1].text += text
            case .end(let name):
                guard var last = open.popLast(), last.name == name else { throw XMLReader.malformed }
                if !last.children.isEmpty { last.text = "" }
                guard !open.isEmpty else {
                    try reader.requireEnd()
                    return last
                }
                open[open.count - 1].children.append(last)
            }
        }
        throw XMLReader.malformed
    }

    /// Text as it stands between tags.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
