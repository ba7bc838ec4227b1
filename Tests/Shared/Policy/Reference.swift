import Domain

@testable import Policy

/// What policies mean, written down plainly and slowly, to compare the real thing with.
enum Reference {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        func match(_ pattern: Substring.UnicodeScalarView, _ text: Substring.UnicodeScalarView) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            if first == "*" {
                return match(pattern.dropFirst(), text) || (!text.isEmpty && match(pattern, text.dropFirst()))
            }
            guard let next = text.first, first == "?" || first == next else { return false }
            return match(pattern.dropFirst(), text.dropFirst())
        }
        return match(pattern.unicodeScalars[...], text.unicodeScalars[...])
    }

    /// Whether policies allow an action on an ARN, for plain resources and without variables and conditions.
    static func allows(_ policies: [PolicyDocument], _ action: String, on arn: String) -> Bool {
        let applying = policies.flatMap(\.statement).filter { statement in
            statement.action.contains { matches($0, action) } && matches(arn: statement.resource, arn)
        }
        return applying.contains { $0.effect == "allow" } && !applying.contains { $0.effect == "deny" }
    }

    static func matches(arn pattern: String, _ arn: String) -> Bool {
        if pattern == "*" { return true }
        let (wanted, given) = (parts(pattern), parts(arn))
        return wanted[1] == given[1] && wanted[2] == given[2] && wanted[4] == given[4] && matches(wanted[5], given[5])
    }

    private static func parts(_ arn: String) -> [String] {
        arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    }
}
