import Domain
import JSONCodec
import Wire

/// The rules that protect branches: all at once, or one at a time as older clients change them.
struct BranchProtection {
    /// An empty tag is that of rules never set.
    static let ifMatch = Parameter(
        name: "If-Match", location: .header, schema: .string, allowsEmpty: true,
        summary: "Replace only rules with this entity tag.")

    let call: Call

    func show() async throws -> Answer {
        let protection = try await call.index(GetProtection.self, .init(repository: call.repository))
        var answer = Answer.one { writer in
            writer.array { writer in
                for pattern in protection.patterns { writer.object { $0.member("pattern", pattern) } }
            }
        }
        answer.headers.append(("ETag", protection.tag))
        return answer
    }

    func replace() async throws -> Answer {
        let rules = try call.body([RuleBody].self)
        let tag = call.header("If-Match").map { $0.filter { $0 != "\"" } }
        _ = try await call.index(
            SetProtection.self,
            .init(repository: call.repository, patterns: rules.map(\.pattern), ifMatch: tag))
        return .noContent
    }

    func add() async throws -> Answer {
        let pattern = try call.body(RuleBody.self).pattern
        return try await change { patterns in
            if !patterns.contains(pattern) { patterns.append(pattern) }
            return true
        }
    }

    func remove() async throws -> Answer {
        let pattern = try call.body(RuleBody.self).pattern
        return try await change { patterns in
            guard patterns.contains(pattern) else { return false }
            patterns.removeAll { $0 == pattern }
            return true
        }
    }

    /// Starts over where somebody else changed the rules meanwhile.
    private func change(_ body: (inout [String]) -> Bool) async throws -> Answer {
        while true {
            let protection = try await call.index(GetProtection.self, .init(repository: call.repository))
            var patterns = protection.patterns
            guard body(&patterns) else { throw APIError(404, "branch protection rule not found") }
            do {
                _ = try await call.index(
                    SetProtection.self,
                    .init(repository: call.repository, patterns: patterns, ifMatch: protection.tag))
                return .noContent
            } catch let error as RPCError where error.code == .preconditionFailed {
                guard .now < call.deadline else { throw error }
            }
        }
    }
}

private struct RuleBody: Decodable {
    var pattern: String
}
