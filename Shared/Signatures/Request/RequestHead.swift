/// What of a request a signature covers, as it was received.
package struct RequestHead: Sendable {
    package typealias Field = (name: String, value: String)

    package let method: String
    /// The path's raw bytes, percent-encoded as they came.
    package let path: Substring
    /// The raw query without the `?`; empty if there is none.
    package let query: Substring
    package let fields: [Field]

    /// - Parameter target: the request target in origin form.
    package init(method: String, target: String, fields: [Field]) {
        self.method = method
        self.fields = fields
        let utf8 = target.utf8
        if let mark = utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = target[..<mark]
            query = target[utf8.index(after: mark)...]
        } else {
            path = target[...]
            query = ""
        }
    }

    private init(_ head: RequestHead, fields: [Field]) {
        (method, path, query) = (head.method, head.path, head.query)
        self.fields = fields
    }

    /// The same head with what came elsewhere but counts as headers, for what is read of it after it was verified.
    package func adding(_ others: [Field]) -> RequestHead {
        let absent = others.filter { other in
            !fields.contains { ASCIIName.lowercased($0.name) == ASCIIName.lowercased(other.name) }
        }
        return RequestHead(self, fields: fields + absent)
    }

    /// The only value of a header.
    ///
    /// - Parameter name: in lower case.
    /// - Throws: `repeatedHeader` if it came more than once.
    package func value(_ name: StaticString) throws(SignatureError) -> String? {
        var found: String?
        for field in fields where ASCIIName.equal(field.name, name) {
            guard found == nil else { throw .repeatedHeader("\(name)") }
            found = field.value
        }
        return found
    }

    /// The whole number in a header; `nil` if it is absent.
    package func length(_ name: StaticString) throws(SignatureError) -> Int64? {
        guard let text = try value(name) else { return nil }
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let length = Int64(text)
        else { throw .invalidLength("\(name)") }
        return length
    }
}
