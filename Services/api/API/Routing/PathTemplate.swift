/// The path of an operation below the base path, such as `/repositories/{repository}/tags/{tag}`.
struct PathTemplate: Sendable, Hashable, CustomStringConvertible {
    enum Element: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    let elements: [Element]

    init(_ path: String) {
        elements = path.split(separator: "/").map { element in
            element.hasPrefix("{") && element.hasSuffix("}")
                ? .parameter(String(element.dropFirst().dropLast())) : .literal(String(element))
        }
    }

    var parameters: [String] {
        elements.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    var description: String {
        elements.map { element in
            switch element {
            case .literal(let text): "/\(text)"
            case .parameter(let name): "/{\(name)}"
            }
        }.joined()
    }
}
