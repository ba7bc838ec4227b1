import Domain
import Glibc
import Policy

/// `measure-rights [POLICIES [STATEMENTS]]`: what one decision costs, cached, and what the rights cost to make.
@main struct Measure {
    private static let samples = 20_000

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let (policies, statements) = (arguments.first ?? 20, arguments.dropFirst().first ?? 5)
        print("\(policies) policies of \(statements) statements; µs of CPU: p50, p99, greatest of \(samples)")
        for shape in Shape.allCases {
            let documents = try shape.policies(policies, statements)
            let rights = Rights(documents, userID: "ada")
            let cache = RightsCache()
            _ = cache.rights(of: "ada", documents)
            let lake = try RepositoryName("lake")
            let questions = [
                ("read, allowed by the last", shape.last(policies, statements), Action.readObject),
                ("read, allowed by none", "elsewhere/year=2026/month=11/day=24/part-00000.parquet", .readObject),
            ]
            for (name, path, action) in questions {
                let permission = Permission(action, on: .object(lake, try ObjectKey(path)))
                var decision = Rights.Decision.unmentioned
                report(
                    "\(shape.rawValue): \(name)",
                    measure {
                        decision = rights.decide(permission, Circumstances(address: "10.1.2.3", now: 1_800_000_000))
                    })
                precondition((decision == .allowed) == (name == questions[0].0), "the measured case is another")
            }
            report(
                "\(shape.rawValue): the same policies from auth again",
                measure {
                    _ = cache.rights(of: "ada", documents)
                })
            report("\(shape.rawValue): other policies from auth", measure { _ = Rights(documents, userID: "ada") })
        }
    }

    /// The CPU of each of many runs, in µs, in ascending order.
    private static func measure(_ operation: () -> Void) -> [Double] {
        for _ in 0..<samples / 10 { operation() }
        return (0..<samples).map { _ in
            let start = nanoseconds()
            operation()
            return Double(nanoseconds() - start) / 1_000
        }.sorted()
    }

    private static func report(_ name: String, _ micros: [Double]) {
        let figures = [micros[micros.count / 2], micros[micros.count * 99 / 100], micros[micros.count - 1]]
        let text = figures.map { "\(($0 * 100).rounded() / 100)" }.joined(separator: "  ")
        print("  \(name): \(text)")
    }

    /// CPU of this thread.
    private static func nanoseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}

/// What the resources of policies look like.
enum Shape: String, CaseIterable {
    case prefixes, wildcards, earlyWildcards, conditions

    private func folder(_ number: Int) -> String { "teams/team-\(number)/tables/events" }

    private func resource(_ place: String) -> String {
        switch self {
        case .prefixes, .conditions: "arn:lakefs:fs:::repository/lake/object/\(place)/*"
        case .wildcards: "arn:lakefs:fs:::repository/lake/object/\(place)/year=????/*.parquet"
        case .earlyWildcards: "arn:lakefs:fs:::repository/*/object/\(place)/year=????/*.parquet"
        }
    }

    func last(_ policies: Int, _ statements: Int) -> String {
        "\(folder(policies * statements - 1))/year=2026/month=11/day=24/part-00000.parquet"
    }

    func policies(_ policies: Int, _ statements: Int) throws -> [PolicyDocument] {
        let documents = (0..<policies).map { policy in
            PolicyDocument(
                id: "policy-\(policy)",
                statement: (0..<statements).map { statement in
                    let place = folder(policy * statements + statement)
                    return PolicyStatement(
                        effect: "allow", action: ["fs:ReadObject", "fs:ListObjects", "fs:WriteObject"],
                        resource: resource(place),
                        condition: self == .conditions
                            ? [
                                "IpAddress": ["SourceIp": ["192.168.0.0/16", "10.0.0.0/8"]],
                                "DateLessThan": ["CurrentTime": ["2999-01-01T00:00:00Z"]],
                            ] : nil)
                })
        }
        for document in documents { try document.check() }
        return documents
    }
}
