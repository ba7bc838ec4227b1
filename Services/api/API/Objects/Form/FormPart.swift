/// What the header of one part of a form says.
struct FormPart: Sendable, Hashable {
    /// Empty where there is none.
    let name: String
    let contentType: String?

    init(headerLines lines: [String]) {
        var name = ""
        var contentType: String?
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = HeaderValue(String(line[line.index(after: colon)...]))
            switch line[..<colon].lowercased() {
            case "content-disposition": name = value.parameters["name"] ?? ""
            case "content-type": contentType = value.whole
            default: break
            }
        }
        self.name = name
        self.contentType = contentType
    }
}

/// A header value with parameters, such as `form-data; name="content"`.
struct HeaderValue: Sendable, Hashable {
    /// All of it, without the space around it.
    let whole: String
    /// What stands before the first semicolon, in lower case.
    let value: String
    /// By name in lower case.
    let parameters: [String: String]

    init(_ text: String) {
        var rest = Substring(text)
        func trim(_ text: Substring) -> Substring {
            var text = text.drop { $0 == " " || $0 == "\t" }
            while text.last == " " || text.last == "\t" { text.removeLast() }
            return text
        }
        whole = String(trim(rest))
        let first = rest.prefix { $0 != ";" }
        value = trim(first).lowercased()
        rest = rest[first.endIndex...].dropFirst()
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            let name = trim(rest.prefix { $0 != "=" && $0 != ";" }).lowercased()
            rest = rest.drop { $0 != "=" && $0 != ";" }
            guard rest.first == "=" else {
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
                }
                rest = rest.drop { $0 != ";" }
            } else {
                value = String(trim(rest.prefix { $0 != ";" }))
                rest = rest.drop { $0 != ";" }
            }
            rest = rest.dropFirst()
            if parameters[name] == nil { parameters[name] = value }
        }
        self.parameters = parameters
    }
}
