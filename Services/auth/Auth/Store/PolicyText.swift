import FoundationEssentials
import Policy
import Wire

/// The statements of a policy as they lie in the database: a JSON array, its members sorted by name.
enum PolicyText {
    /// - Throws: `invalidArgument` where it is longer than the limit.
    static func encode(_ document: PolicyDocument) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode(document.statement)
        guard bytes.count <= DirectoryLimits.policyBytes else {
            throw RPCError(
                .invalidArgument, subject: "policy",
                "the statements of a policy have at most \(DirectoryLimits.policyBytes) bytes as JSON")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Throws: `corrupted`.
    static func decode(_ id: String, _ text: String) throws(RPCError) -> PolicyDocument {
        guard let statement = try? JSONDecoder().decode([PolicyStatement].self, from: Data(text.utf8)) else {
            throw RPCError(.corrupted, subject: "policy", "a stored policy cannot be read")
        }
        return PolicyDocument(id: id, statement: statement)
    }
}
