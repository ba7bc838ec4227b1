/// What tells the series of one metric apart; names and values from fixed sets, never from a request.
package struct MetricLabels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// As Prometheus writes them, without braces.
    let text: String

    package init(dictionaryLiteral elements: (String, String)...) {
        text = elements.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
