import FoundationEssentials

/// One operator on one field: whether any of the values is met, or for a negated operator none.
struct Condition: Sendable {
    private enum Test: Sendable {
        case address([AddressRange])
        case text([Wildcard], ignoresCase: Bool)
        case date([Double], Order)
    }

    private enum Order: Sendable {
        case equal, before, notAfter, after, notBefore

        func holds(_ now: Double, _ value: Double) -> Bool {
            switch self {
            case .equal: now.rounded(.down) == value.rounded(.down)
            case .before: now < value
            case .notAfter: now <= value
            case .after: now > value
            case .notBefore: now >= value
            }
        }
    }

    private let test: Test

    /// In some 50 bytes.
    var weight: Int {
        switch test {
        case .address(let ranges): 2 * ranges.count
        case .text(let patterns, _): patterns.reduce(0) { $0 + $1.weight }
        case .date(let values, _): values.count
        }
    }

    private let isNegated: Bool

    /// The fields there are: the client's address, and the time.
    private static let addressField = "SourceIp"
    private static let timeField = "CurrentTime"

    /// - Throws: `InvalidPolicy` for an unknown operator or field, or a value that does not fit.
    init(_ name: String, _ field: String, _ values: [String]) throws(InvalidPolicy) {
        guard !values.isEmpty, values.count <= PolicyStatement.maxItems else {
            throw InvalidPolicy("condition '\(name.prefix(100))' needs 1 to \(PolicyStatement.maxItems) values")
        }
        for value in values { try PolicyStatement.checkLength(value) }
        isNegated = name.contains("Not")
        switch name {
        case "IpAddress", "NotIpAddress":
            try Self.expect(field, Self.addressField, name)
            test = .address(
                try values.map { value throws(InvalidPolicy) in
                    guard let range = AddressRange(value) else {
                        throw InvalidPolicy("'\(value.prefix(100))' is neither an address nor a range (CIDR)")
                    }
                    return range
                })
        case "StringLike", "StringNotLike":
            try Self.expect(field, Self.addressField, name)
            test = .text(values.map { Wildcard($0) }, ignoresCase: false)
        case "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase":
            try Self.expect(field, Self.addressField, name)
            let ignoresCase = name.hasSuffix("IgnoreCase")
            test = .text(
                values.map { value in
                    Wildcard((ignoresCase ? value.lowercased() : value).utf8.map { .byte($0) })
                }, ignoresCase: ignoresCase)
        default:
            guard let order = Self.orders[name] else {
                throw InvalidPolicy("condition operator '\(name.prefix(100))' is not known")
            }
            try Self.expect(field, Self.timeField, name)
            test = .date(try values.map { value throws(InvalidPolicy) in try Self.seconds(value) }, order)
        }
    }

    private static let orders: [String: Order] = [
        "DateEquals": .equal, "DateNotEquals": .equal, "DateLessThan": .before, "DateLessThanEquals": .notAfter,
        "DateGreaterThan": .after, "DateGreaterThanEquals": .notBefore,
    ]

    private static func expect(_ field: String, _ known: String, _ name: String) throws(InvalidPolicy) {
        guard field == known else {
            throw InvalidPolicy("condition '\(name)' knows the field \(known), not '\(field.prefix(100))'")
        }
    }

    /// A time of RFC 3339, or seconds since 1970.
    private static func seconds(_ text: String) throws(InvalidPolicy) -> Double {
        if let seconds = Int64(text) { return Double(seconds) }
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? Date(text, strategy: style) { return date.timeIntervalSince1970 }
        }
        throw InvalidPolicy(
            "'\(text.prefix(100))' is neither a time such as 2026-11-23T18:00:00Z nor seconds since 1970")
    }

    /// Nil where it cannot be told.
    func holds(_ circumstances: Circumstances) -> Bool? {
        switch test {
        case .date(let values, let order):
            let now = circumstances.now
            return values.contains { order.holds(now, $0) } != isNegated
        case .text(let patterns, let ignoresCase):
            guard let address = circumstances.address, !address.isEmpty else { return nil }
            let text = ignoresCase ? address.lowercased() : address
            return patterns.contains { $0.matches(text.utf8) } != isNegated
        case .address(let ranges):
            guard let address = circumstances.address.flatMap({ AddressRange.bytes(of: $0) }) else { return nil }
            return ranges.contains { $0.contains(address) } != isNegated
        }
    }
}
