/// The parameters of a query, decoded, in their order.
package struct QueryItems: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        /// UTF-8 if the client kept to it; empty where there is no `=`.
        package let value: [UInt8]
    }

    package private(set) var items: [Item] = []

    package init() {}

    /// - Throws: `InvalidURI` for a `%` without two hexadecimal digits.
    package init(_ query: some StringProtocol) throws(S3Error) {
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let utf8 = pair.utf8
            let equals = utf8.firstIndex(of: UInt8(ascii: "="))
            let name = try PercentDecoding.bytes(pair[..<(equals ?? utf8.endIndex)], plusIsSpace: true)
            let value =
                try equals.map { index throws(S3Error) in
                    try PercentDecoding.bytes(pair[utf8.index(after: index)...], plusIsSpace: true)
                } ?? []
            items.append(Item(name: String(decoding: name, as: UTF8.self), value: value))
        }
    }

    package var isEmpty: Bool { items.isEmpty }

    package func contains(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// The first value of a parameter.
    ///
    /// - Throws: `InvalidArgument` unless it is UTF-8.
    package func value(_ name: String) throws(S3Error) -> String? {
        guard let item = items.first(where: { $0.name == name }) else { return nil }
        guard let value = String(validating: item.value, as: UTF8.self) else {
            throw .invalidArgument("\(name) is not valid UTF-8", name: name)
        }
        return value
    }

    /// The first value of a parameter that is a whole number from 0 to 2³¹ − 1.
    ///
    /// - Throws: `InvalidArgument` for anything else.
    package func number(_ name: String) throws(S3Error) -> Int? {
        guard let text = try value(name) else { return nil }
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), number <= Int(Int32.max)
        else {
            throw .invalidArgument(
                "Argument \(name) must be an integer between 0 and \(Int32.max)", name: name, value: text)
        }
        return number
    }
}
