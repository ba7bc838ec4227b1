/// The parameters of a query, encoded the canonical way and sorted.
struct CanonicalQuery: Sendable {
    struct Parameter: Sendable {
        /// Encoded, as is `value`.
        var name: String
        var value: String
    }

    private(set) var parameters: [Parameter] = []

    init(parameters: [Parameter]) {
        self.parameters = parameters
        sort()
    }

    /// - Throws: `invalidURI` for a `%` without two hexadecimal digits behind it.
    init(_ query: Substring) throws(SignatureError) {
        guard !query.isEmpty else { return }
        var scratch: [UInt8] = []
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let utf8 = pair.utf8
            let equals = utf8.firstIndex(of: UInt8(ascii: "=")) ?? utf8.endIndex
            scratch.removeAll(keepingCapacity: true)
            try PercentEncoding.append(
                normalizing: pair[..<equals], keepingSlash: false, plusIsSpace: true, to: &scratch)
            let name = String(decoding: scratch, as: UTF8.self)
            scratch.removeAll(keepingCapacity: true)
            if equals != utf8.endIndex {
                try PercentEncoding.append(
                    normalizing: pair[utf8.index(after: equals)...], keepingSlash: false, plusIsSpace: true,
                    to: &scratch)
            }
            parameters.append(Parameter(name: name, value: String(decoding: scratch, as: UTF8.self)))
        }
        sort()
    }

    private mutating func sort() {
        guard parameters.count > 1 else { return }
        // Encoded text is ASCII, whose order is that of its bytes.
        parameters.sort { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// Appends the canonical query string.
    ///
    /// - Parameter presigned: leaves `X-Amz-Signature` out, which cannot sign itself.
    func append(to output: inout [UInt8], presigned: Bool) {
        var first = true
        for parameter in parameters where !(presigned && parameter.name == "X-Amz-Signature") {
            if !first { output.append(UInt8(ascii: "&")) }
            first = false
            output.append(contentsOf: parameter.name.utf8)
            output.append(UInt8(ascii: "="))
            output.append(contentsOf: parameter.value.utf8)
        }
    }

    /// The decoded value of a parameter.
    ///
    /// - Throws: `authorizationQueryMalformed` if it came more than once or is not UTF-8.
    func value(_ name: String) throws(SignatureError) -> String? {
        var found: String?
        for parameter in parameters where parameter.name == name {
            guard found == nil else { throw .authorizationQueryMalformed("\(name) must come only once") }
            found = parameter.value
        }
        guard let found else { return nil }
        guard let decoded = String(validating: try PercentEncoding.decode(found, plusIsSpace: false), as: UTF8.self)
        else { throw .authorizationQueryMalformed("\(name) is not UTF-8") }
        return decoded
    }
}
