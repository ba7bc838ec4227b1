/// The lines before a field of a form.
enum FormPartHead {
    /// The name of the field, and of the file that the client took its value from.
    ///
    /// - Parameter head: lines parted by CR LF, without the empty one behind them.
    /// - Throws: `MalformedPOSTRequest`.
    static func parse(_ head: [UInt8]) throws(S3Error) -> (name: String, filename: String?) {
        guard let text = String(validating: head, as: UTF8.self) else { throw S3Error(.malformedPOSTRequest) }
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            let parameters = parameters(line[line.index(after: colon)...])
            guard parameters.kind == "form-data", let name = parameters.values["name"], !name.isEmpty else { break }
            return (name, parameters.values["filename"])
        }
        throw S3Error(.malformedPOSTRequest)
    }

    /// Reads `form-data; name="a"; filename="b.txt"`; in quotes a backslash stands before a quote.
    private static func parameters(_ text: Substring) -> (kind: String, values: [String: String]) {
        var parts: [String] = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            switch character {
            case "\"" where !isEscaped:
                isQuoted.toggle()
                parts[parts.count - 1].append(character)
            case ";" where !isQuoted: parts.append("")
            default: parts[parts.count - 1].append(character)
            }
            isEscaped = isQuoted && character == "\\" && !isEscaped
        }
        let trimmed = parts.map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        var values: [String: String] = [:]
        for part in trimmed.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            var value = String(part[part.index(after: equals)...])
            if value.count >= 2, value.first == "\"", value.last == "\"" {
                value = String(value.dropFirst().dropLast()).replacing("\\\"", with: "\"")
            }
            // Browsers write these three so (HTML: multipart/form-data encoding).
            value = value.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
            values[part[..<equals].lowercased()] = value
        }
        return (trimmed.first?.lowercased() ?? "", values)
    }
}
