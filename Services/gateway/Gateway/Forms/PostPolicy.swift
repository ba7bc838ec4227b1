import Cryptography
import JSONCodec
import Signatures

/// What the signer of a form permits its sender (S3: POST policy).
package struct PostPolicy: Sendable, Hashable {
    package enum Condition: Sendable, Hashable {
        /// A field, in lower case, and the value it must have.
        case equal(String, String)
        case startsWith(String, String)
    }

    /// The longest policy, in bytes, before it is decoded.
    package static let maxBytes = 20 * 1024
    /// Fields that no condition need speak about.
    private static let free: Set<String> = ["awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"]

    /// Seconds since 1970.
    package let expires: Int64
    package private(set) var conditions: [Condition] = []
    /// How long the file may be, in bytes.
    package private(set) var lengths: ClosedRange<Int64>?

    /// - Parameter text: JSON in base 64.
    /// - Throws: `InvalidPolicyDocument`.
    package init(_ text: String) throws(S3Error) {
        guard text.utf8.count <= Self.maxBytes, let json = Base64.decode(text) else {
            throw Self.invalid("Invalid Base64 encoding.")
        }
        var reader = JSONReader(json)
        var expiration: String?
        var found: (conditions: [Condition], lengths: ClosedRange<Int64>?)?
        do throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "expiration": expiration = try reader.string()
                case "conditions": found = try Self.conditions(&reader)
                default: try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw Self.invalid("Invalid JSON.")
        }
        guard let expiration else { throw Self.invalid("Policy missing expiration.") }
        guard let time = Self.time(expiration) else {
            throw Self.invalid("Invalid 'expiration' value: '\(expiration)'")
        }
        guard let found else { throw Self.invalid("Policy missing conditions.") }
        expires = time.unixSeconds
        (conditions, lengths) = found
    }

    /// Holds a form against the policy.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `AccessDenied`.
    package func check(_ form: PostForm, bucket: String, now: Int64) throws(S3Error) {
        guard now <= expires else { throw Self.denied("Policy expired.") }
        var values = form.values
        values["bucket"] = bucket
        if let key = values["key"] { values["key"] = form.withFilename(key) }
        var covered = Self.free
        for condition in conditions {
            let holds: Bool
            switch condition {
            case .equal(let field, let wanted):
                covered.insert(field)
                let value = values[field] ?? ""
                holds = value == wanted || field == "key" && value == form.withFilename(wanted)
            case .startsWith(let field, let wanted):
                covered.insert(field)
                let value = values[field] ?? ""
                // A type may be a list of which each must begin so.
                let parts = field == "content-type" ? value.split(separator: ",").map(String.init) : [value]
                holds = parts.allSatisfy { $0.hasPrefix(wanted) } && !(parts.isEmpty && !wanted.isEmpty)
            }
            guard holds else { throw Self.denied("Policy Condition failed: \(condition.text)") }
        }
        let extra = values.keys.filter { !covered.contains($0) && !$0.hasPrefix("x-ignore-") }.sorted()
        guard extra.isEmpty else { throw Self.denied("Extra input fields: \(extra.joined(separator: ", "))") }
    }

    private static func invalid(_ reason: String) -> S3Error {
        S3Error(.invalidPolicyDocument, "Invalid Policy: \(reason)")
    }

    private static func denied(_ reason: String) -> S3Error {
        S3Error(.accessDenied, "Invalid according to Policy: \(reason)")
    }

    // MARK: Reading

    /// `2015-12-30T12:00:00.000Z`, with or without a fraction.
    private static func time(_ text: String) -> SigningTime? {
        let whole = text.split(separator: ".", maxSplits: 1).first ?? ""
        let digits = whole.filter { $0 != "-" && $0 != ":" }
        return SigningTime(stamp: digits.hasSuffix("Z") ? digits : digits + "Z")
    }

    private static func conditions(
        _ reader: inout JSONReader
    ) throws(JSONError) -> ([Condition], ClosedRange<Int64>?) {
        var conditions: [Condition] = []
        var lengths: ClosedRange<Int64>?
        try reader.beginArray()
        while try reader.nextElement() {
            if reader.nextKind() == .object {
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    conditions.append(.equal(key.lowercased(), try scalar(&reader)))
                }
                continue
            }
            var items: [String] = []
            try reader.beginArray()
            while try reader.nextElement() { items.append(try scalar(&reader)) }
            guard items.count == 3 else { throw reader.error("a condition has three elements") }
            let field = items[1].drop { $0 == "$" }.lowercased()
            switch items[0].lowercased() {
            case "eq" where items[1].hasPrefix("$"): conditions.append(.equal(field, items[2]))
            case "starts-with" where items[1].hasPrefix("$"): conditions.append(.startsWith(field, items[2]))
            case "content-length-range":
                guard let least = Int64(items[1]), let most = Int64(items[2]), 0 <= least, least <= most else {
                    throw reader.error("a range of lengths")
                }
                // More than one: all of them hold.
                let (low, high) = (max(least, lengths?.lowerBound ?? 0), min(most, lengths?.upperBound ?? .max))
                lengths = low...max(low, high)
            default: throw reader.error("an unknown condition")
            }
        }
        return (conditions, lengths)
    }

    /// Numbers may stand in quotes or not.
    private static func scalar(_ reader: inout JSONReader) throws(JSONError) -> String {
        reader.nextKind() == .number ? "\(try reader.integer() as Int64)" : try reader.string()
    }
}

extension PostPolicy.Condition {
    fileprivate var text: String {
        switch self {
        case .equal(let field, let value): "[\"eq\", \"$\(field)\", \"\(value)\"]"
        case .startsWith(let field, let value): "[\"starts-with\", \"$\(field)\", \"\(value)\"]"
        }
    }
}
