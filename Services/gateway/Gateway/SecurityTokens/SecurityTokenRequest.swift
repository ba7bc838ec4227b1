import Policy
import Wire

/// A request of the Security Token Service, as far as it is served (AWS STS API Reference, version 2011-06-15).
struct SecurityTokenRequest: Sendable {
    enum Action: String, Sendable {
        case assumeRole = "AssumeRole"
        case getSessionToken = "GetSessionToken"
        case getCallerIdentity = "GetCallerIdentity"

        var makesSession: Bool { self != .getCallerIdentity }
    }

    /// What a role is here: the rights of a user, or those that a policy leaves of them.
    enum Role: Sendable, Hashable {
        case user(String)
        case policy(String)
    }

    /// The longest body, in bytes.
    static let maxBytes = 64 * 1024
    /// The longest `Policy`, in bytes.
    static let maxPolicyBytes = 16 * 1024

    let action: Action
    private(set) var role: Role?
    private(set) var arn = ""
    private(set) var sessionName: String?
    private(set) var seconds: Int64 = 0
    private(set) var bounds: [SessionBound] = []

    /// - Throws: `MissingAction`, `InvalidAction`, `ValidationError`, `MalformedPolicyDocument`.
    init(_ body: [UInt8]) throws(SecurityTokenError) {
        guard let text = String(validating: body, as: UTF8.self), let items = try? QueryItems(text) else {
            throw SecurityTokenError("MalformedQueryString", "The body is not a well-formed form in UTF-8.")
        }
        guard let name = try Self.value("Action", items) else {
            throw SecurityTokenError("MissingAction", "The request must contain the parameter Action.")
        }
        guard let action = Action(rawValue: name) else {
            throw SecurityTokenError(
                "InvalidAction",
                "Could not find operation \(name.prefix(64)); there are AssumeRole, GetSessionToken "
                    + "and GetCallerIdentity.")
        }
        self.action = action
        switch action {
        case .getCallerIdentity: break
        case .getSessionToken: seconds = try Self.seconds(items, 900...129_600, default: 43_200)
        case .assumeRole: try readRole(items)
        }
    }

    private mutating func readRole(_ items: QueryItems) throws(SecurityTokenError) {
        seconds = try Self.seconds(items, 900...43_200, default: 3_600)
        guard let arn = try Self.value("RoleArn", items), let role = Role(arn: arn) else {
            throw .validation(
                "RoleArn is arn:lakefs:auth:::user/<name> for all that you may do, or arn:lakefs:auth:::policy/<name> "
                    + "for what that policy leaves of it.")
        }
        guard let name = try Self.value("RoleSessionName", items), (2...64).contains(name.utf8.count),
            name.utf8.allSatisfy(Self.isOfName)
        else { throw .validation("RoleSessionName has 2 to 64 letters, digits or _+=,.@-") }
        (self.arn, self.role, sessionName) = (arn, role, name)
        if case .policy(let id) = role { bounds.append(SessionBound(policyIDs: [id])) }
        var cut = SessionBound()
        for item in items.items where item.name.hasPrefix("PolicyArns.member.") && item.name.hasSuffix(".arn") {
            guard let text = String(validating: item.value, as: UTF8.self), case .policy(let id)? = Role(arn: text)
            else {
                throw .validation("PolicyArns are of the form arn:lakefs:auth:::policy/<name>.")
            }
            cut.policyIDs.append(id)
        }
        if let json = try Self.value("Policy", items) {
            guard json.utf8.count <= Self.maxPolicyBytes else {
                throw SecurityTokenError("PackedPolicyTooLarge", "Policy has at most \(Self.maxPolicyBytes) bytes.")
            }
            do throws(InvalidPolicy) {
                cut.statement = try PolicyDocument(id: "", json: json).statement
            } catch { throw SecurityTokenError("MalformedPolicyDocument", error.reason) }
        }
        if cut != SessionBound() { bounds.append(cut) }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_+=,.@-".utf8.contains(byte)
        }
    }

    private static func value(_ name: String, _ items: QueryItems) throws(SecurityTokenError) -> String? {
        do throws(S3Error) { return try items.value(name) } catch { throw .validation(error.message) }
    }

    private static func seconds(
        _ items: QueryItems, _ range: ClosedRange<Int64>, default seconds: Int64
    ) throws(SecurityTokenError) -> Int64 {
        guard let text = try value("DurationSeconds", items) else { return seconds }
        guard let seconds = Int64(text), range.contains(seconds) else {
            throw .validation("DurationSeconds is \(range.lowerBound) to \(range.upperBound).")
        }
        return seconds
    }
}

extension SecurityTokenRequest.Role {
    /// Nil for an ARN of anything else.
    init?(arn: String) {
        let base = "arn:lakefs:auth:::"
        guard arn.hasPrefix(base) else { return nil }
        let parts = arn.dropFirst(base.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "user": self = .user(String(parts[1]))
        case "policy": self = .policy(String(parts[1]))
        default: return nil
        }
    }
}
