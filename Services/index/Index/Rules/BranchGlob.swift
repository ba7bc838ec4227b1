import Wire

/// A pattern over names of branches: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, and `\` before what is meant as it is.
struct BranchGlob {
    /// A regular expression of Postgres for the whole name, without anchors.
    let expression: String

    /// In bytes.
    static let maxBytes = 256
    private static let maxDepth = 8

    /// - Throws: `invalidArgument`
    init(_ pattern: String) throws {
        guard !pattern.isEmpty, pattern.utf8.count <= Self.maxBytes else {
            throw RPCError.invalid("pattern", "a pattern must have 1 to \(Self.maxBytes) bytes")
        }
        var rest = Substring(pattern)
        do throws(Malformed) {
            expression = try Self.sequence(&rest, depth: 0)
        } catch {
            throw RPCError.invalid("pattern", "'\(pattern)': \(error.reason)")
        }
    }

    private struct Malformed: Error {
        let reason: String
    }

    /// Reads up to the end, or within braces up to the comma or brace that ends the alternative.
    private static func sequence(_ rest: inout Substring, depth: Int) throws(Malformed) -> String {
        var expression = ""
        while let character = rest.first {
            if depth > 0, character == "," || character == "}" { break }
            rest.removeFirst()
            switch character {
            case "*": if !expression.hasSuffix(".*") { expression += ".*" }
            case "?": expression += "."
            case "[": expression += try oneOf(&rest)
            case "{": expression += try alternatives(&rest, depth: depth + 1)
            case "\\":
                guard let literal = rest.popFirst() else { throw Malformed(reason: "nothing follows '\\'") }
                expression += Self.literal(literal)
            default: expression += literal(character)
            }
        }
        return expression
    }

    private static func alternatives(_ rest: inout Substring, depth: Int) throws(Malformed) -> String {
        guard depth <= maxDepth else { throw Malformed(reason: "more than \(maxDepth) braces in one another") }
        var alternatives: [String] = []
        while true {
            alternatives.append(try sequence(&rest, depth: depth))
            guard let end = rest.popFirst() else { throw Malformed(reason: "'{' is not closed") }
            if end == "}" { return "(?:\(alternatives.joined(separator: "|")))" }
        }
    }

    /// Spelled out: there are few characters that a name may have.
    private static func oneOf(_ rest: inout Substring) throws(Malformed) -> String {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while true {
            guard let first = member(&rest) else { throw Malformed(reason: "'[' is not closed") }
            var last = first
            if rest.first == "-", rest.dropFirst().first != "]" {
                rest.removeFirst()
                guard let end = member(&rest) else { throw Malformed(reason: "'[' is not closed") }
                last = end
            }
            guard first <= last else { throw Malformed(reason: "the range \(first)-\(last) is the wrong way round") }
            ranges.append(first...last)
            if rest.first == "]" { break }
        }
        rest.removeFirst()
        let members = nameCharacters.filter { character in ranges.contains { $0.contains(character) } != isNegated }
        // A hyphen at the end stands for itself.
        return members.isEmpty ? never : "[\(members)]"
    }

    private static func member(_ rest: inout Substring) -> Character? {
        guard let character = rest.popFirst() else { return nil }
        return character == "\\" ? rest.popFirst() : character
    }

    private static func literal(_ character: Character) -> String {
        nameCharacters.contains(character) ? String(character) : never
    }

    /// What names of branches are made of, a hyphen last.
    private static let nameCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-"
    /// No name has a space.
    private static let never = " "
}
