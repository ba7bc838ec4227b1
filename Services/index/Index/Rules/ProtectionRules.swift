import Cryptography
import Wire

/// Which branches of a repository are written to by merging alone.
struct ProtectionRules: Sendable {
    /// Globs, each once, in the order given.
    let patterns: [String]
    /// Nil where nothing is protected.
    let expression: String?

    static let maxPatterns = 100

    /// - Throws: `invalidArgument`
    init(_ patterns: [String]) throws {
        var seen: Set<String> = []
        self.patterns = patterns.filter { seen.insert($0).inserted }
        guard self.patterns.count <= Self.maxPatterns else {
            throw RPCError.invalid("pattern", "at most \(Self.maxPatterns) patterns")
        }
        let expressions = try self.patterns.map { try BranchGlob($0).expression }
        expression = expressions.isEmpty ? nil : "^(?:\(expressions.joined(separator: "|")))$"
    }

    /// Names the rules: equal ones have equal tags, those never set an empty one.
    static func tag(of patterns: [String]?) -> String {
        guard let patterns else { return "" }
        var bytes: [UInt8] = []
        for pattern in patterns {
            bytes += pattern.utf8
            bytes.append(0)
        }
        return SHA256.hash(bytes).hex
    }
}
