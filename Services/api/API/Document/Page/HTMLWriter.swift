/// Writes HTML; every text and every value of an attribute is escaped.
struct HTMLWriter {
    /// What is written as it stands: tags and rules of our own.
    private(set) var html = ""

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ content: (inout HTMLWriter) -> Void = { _ in }
    ) {
        open(name, attributes)
        content(&self)
        html += "</\(name)>"
    }

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String
    ) {
        element(name, attributes) { $0.text(text) }
    }

    /// An element without content and end.
    mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
        html += "<\(name)"
        for (name, value) in attributes {
            html += " \(name)=\""
            text(value)
            html += "\""
        }
        html += ">"
    }

    /// - Parameter markup: text in which `code` stands between backticks.
    mutating func prose(_ markup: String) {
        for (number, part) in markup.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            if number.isMultiple(of: 2) { text(String(part)) } else { element("code", text: String(part)) }
        }
    }

    mutating func text(_ text: String) {
        for character in text.unicodeScalars {
            switch character {
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "&": html += "&amp;"
            case "\"": html += "&quot;"
            default: html.unicodeScalars.append(character)
            }
        }
    }

    mutating func doctype() { html += "<!DOCTYPE html>\n" }
}
