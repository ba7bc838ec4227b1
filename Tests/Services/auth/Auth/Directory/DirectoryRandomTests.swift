import Policy
import Seeded
import Testing
import Wire

@testable import Auth

/// One change or question of a directory, over few names, so that they meet.
private enum Step: Sendable, CustomStringConvertible {
    case addUser(String), removeUser(String), addGroup(String), removeGroup(String), addPolicy(String)
    case replacePolicy(String), removePolicy(String)
    case join(Membership), leave(Membership), attach(PolicyAttachment), detach(PolicyAttachment)
    case users(ListRange), groups(ListRange), policies(ListRange), members(String, ListRange)
    case groupsOf(String, ListRange), policiesOf(PolicyHolder, ListRange), effective(String, ListRange)
    case rights(String)

    static func random(_ generator: inout SeededGenerator) -> Step {
        func name(_ names: [String]) -> String { names[generator.below(names.count)] }
        let (user, group) = (name(["u", "ü", "u1", "U"]), name(["g", "g/", "Admins", "Viewers"]))
        let policy = name(["p", "p1", "FSReadAll", "é"])
        let holder = generator.below(2) == 0 ? PolicyHolder(.user, user) : PolicyHolder(.group, group)
        let range = ListRange(
            prefix: name(["", "", "u", "g", "p", "FS", "A"]), after: name(["", "", "g", "p", "u", "FSReadAll"]),
            amount: 1 + generator.below(4))
        let membership = Membership(groupID: group, userID: user)
        let attachment = PolicyAttachment(policyID: policy, holder: holder)
        switch generator.below(22) {
        case 0, 1: return .addUser(user)
        case 2: return .removeUser(user)
        case 3: return .addGroup(group)
        case 4: return .removeGroup(group)
        case 5: return .addPolicy(policy)
        case 6: return .replacePolicy(policy)
        case 7: return .removePolicy(policy)
        case 8, 9: return .join(membership)
        case 10: return .leave(membership)
        case 11, 12: return .attach(attachment)
        case 13: return .detach(attachment)
        case 14: return .users(range)
        case 15: return .groups(range)
        case 16: return .policies(range)
        case 17: return .members(group, range)
        case 18: return .groupsOf(user, range)
        case 19: return .policiesOf(holder, range)
        case 20: return .effective(user, range)
        default: return .rights(user)
        }
    }

    var description: String {
        switch self {
        case .addUser(let id): "add user \(id)"
        case .removeUser(let id): "remove user \(id)"
        case .addGroup(let id): "add group \(id)"
        case .removeGroup(let id): "remove group \(id)"
        case .addPolicy(let id): "add policy \(id)"
        case .replacePolicy(let id): "replace policy \(id)"
        case .removePolicy(let id): "remove policy \(id)"
        case .join(let membership): "join \(membership)"
        case .leave(let membership): "leave \(membership)"
        case .attach(let attachment): "attach \(attachment)"
        case .detach(let attachment): "detach \(attachment)"
        case .users(let range), .groups(let range), .policies(let range): "list \(range)"
        case .members(let id, let range), .groupsOf(let id, let range), .effective(let id, let range):
            "list of \(id) \(range)"
        case .policiesOf(let holder, let range): "list of \(holder) \(range)"
        case .rights(let id): "rights of \(id)"
        }
    }

    /// What the store answers, without the times it made up.
    func answer(_ store: any AuthStore) async -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        func shown(_ list: Listed<User>) -> String { "\(list.results.map(\.id)) \(list.hasMore)" }
        func shown(_ list: Listed<Group>) -> String { "\(list.results.map(\.id)) \(list.hasMore)" }
        func shown(_ list: Listed<KeptPolicy>) -> String { "\(list.results.map(\.document)) \(list.hasMore)" }
        do {
            switch self {
            case .addUser(let id): return try await store.add(User(id: id, created: 0), deadline: deadline).id
            case .removeUser(let id): try await store.removeUser(id, deadline: deadline)
            case .addGroup(let id): return try await store.add(Group(id: id, created: 0), deadline: deadline).id
            case .removeGroup(let id): try await store.removeGroup(id, deadline: deadline)
            case .addPolicy(let id):
                return "\(try await store.add(DirectoryStoreTests.document(id), deadline: deadline).document)"
            case .replacePolicy(let id):
                let document = DirectoryStoreTests.document(id, "fs:ReadTag")
                return "\(try await store.replace(document, deadline: deadline).document)"
            case .removePolicy(let id): try await store.removePolicy(id, deadline: deadline)
            case .join(let membership): try await store.add(membership, deadline: deadline)
            case .leave(let membership): try await store.remove(membership, deadline: deadline)
            case .attach(let attachment): try await store.add(attachment, deadline: deadline)
            case .detach(let attachment): try await store.remove(attachment, deadline: deadline)
            case .users(let range): return shown(try await store.users(range, deadline: deadline))
            case .groups(let range): return shown(try await store.groups(range, deadline: deadline))
            case .policies(let range): return shown(try await store.policies(range, deadline: deadline))
            case .members(let id, let range): return shown(try await store.members(of: id, range, deadline: deadline))
            case .groupsOf(let id, let range): return shown(try await store.groups(of: id, range, deadline: deadline))
            case .policiesOf(let holder, let range):
                return shown(try await store.policies(of: holder, range, deadline: deadline))
            case .effective(let id, let range):
                return shown(try await store.effectivePolicies(of: id, range, deadline: deadline))
            case .rights(let id): return "\(try await store.effectivePolicies(of: id, deadline: deadline))"
            }
            return "done"
        } catch {
            let error = RPCError(cause: error)
            return "\(error?.code.rawValue ?? "?") \(error?.subject ?? "")"
        }
    }
}

@Suite("Random changes of a directory")
struct DirectoryRandomTests {
    @Test("have the same answers from Postgres as from the model", arguments: Fuzz.seeds)
    func sameAnswers(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let model = try await StoreTests.Kind.memory.make()
        let store = try await StoreTests.Kind.postgres.make()
        for number in 0..<(400 * Fuzz.factor) {
            let step = Step.random(&generator)
            let (expected, found) = (await step.answer(model), await step.answer(store))
            guard expected == found else {
                Issue.record("seed \(seed), step \(number), \(step): \(found) is not \(expected)")
                return
            }
        }
    }
}
