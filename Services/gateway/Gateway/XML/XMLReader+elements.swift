extension XMLReader {
    /// Reads the document: its root, which must have this name, and the elements below it.
    ///
    /// - Parameter body: called behind the start of each element; it reads up to its end.
    package mutating func document(
        _ root: String, _ body: (String, inout XMLReader) throws(S3Error) -> Void
    ) throws(S3Error) {
        guard case .start(root)? = try next() else { throw S3Error(.malformedXML) }
        try children(body)
        guard try next() == nil else { throw S3Error(.malformedXML) }
    }

    /// Reads the elements below the current one up to its end.
    package mutating func children(
        _ body: (String, inout XMLReader) throws(S3Error) -> Void
    ) throws(S3Error) {
        while let event = try next() {
            switch event {
            case .start(let name): try body(name, &self)
            case .text(let text): guard text.allSatisfy({ $0 <= 0x20 }) else { throw S3Error(.malformedXML) }
            case .end: return
            }
        }
        throw S3Error(.malformedXML)
    }

    /// The text of the current element, up to its end.
    package mutating func content() throws(S3Error) -> [UInt8] {
        var content: [UInt8] = []
        while let event = try next() {
            switch event {
            case .start: throw S3Error(.malformedXML)
            case .text(let text): content.append(contentsOf: text)
            case .end: return content
            }
        }
        throw S3Error(.malformedXML)
    }

    /// The text of the current element, which must be UTF-8.
    package mutating func string() throws(S3Error) -> String {
        guard let string = String(validating: try content(), as: UTF8.self) else { throw S3Error(.malformedXML) }
        return string
    }

    package mutating func skipElement() throws(S3Error) {
        var depth = 1
        while depth > 0, let event = try next() {
            switch event {
            case .start: depth += 1
            case .text: break
            case .end: depth -= 1
            }
        }
    }
}
