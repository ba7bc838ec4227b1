import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    /// What the policies of a user come to.
    static let decisions: [Route] = [
        Route(
            "decide", .GET, "/auth/users/{userId}/decision", .tarn,
            "Tells whether a user may do something, and which of its policies say so.",
            parameters: [
                .required("action", .string, "Such as `fs:ReadObject`."),
                .required("resource", .string, "An ARN, or `*`."),
                .query("client_address", .string, "Where the request would come from, for conditions."),
            ],
            replies: [.json(200, Schemas.decision, "The decision.")], access: .needs(.readUser, on: .user("userId"))
        ) { call in
            guard let action = Action(rawValue: call.text("action")) else {
                throw APIError.badRequest("'\(call.text("action").prefix(200))' is no action")
            }
            let resource: Resource
            do { resource = try Resource(arn: call.text("resource")) } catch { throw APIError.badRequest("\(error)") }
            let address = call.text("client_address")
            let circumstances = Circumstances(
                address: address.isEmpty ? nil : address, now: Double(call.services.now()) / 1_000)
            let userID = call.pathValue("userId")
            let policies = try await effectivePolicies(of: userID, call)
            func decide(_ policies: [PolicyDocument]) -> Rights.Decision {
                Rights(policies, userID: userID).decide(Permission(action, on: resource), circumstances)
            }
            let decision = decide(policies)
            let deciding = decision == .unmentioned ? [] : policies.filter { decide([$0]) == decision }.map(\.id)
            return .object { writer in
                writer.member("allowed", decision == .allowed)
                writer.member("decision", decision.name)
                writer.key("policies")
                writer.array { writer in
                    for id in deciding { writer.value(id) }
                }
            }
        }
    ]

    private static func effectivePolicies(of userID: String, _ call: Call) async throws -> [PolicyDocument] {
        var (policies, after): ([PolicyDocument], String) = ([], "")
        while true {
            let page = try await call.auth(
                ListPolicies.self,
                .init(
                    range: ListRange(after: after, amount: 1_000), holder: PolicyHolder(.user, userID),
                    isEffective: true))
            policies += page.results.map(\.document)
            guard page.hasMore, let last = page.results.last else { return policies }
            after = last.document.id
        }
    }
}

extension Rights.Decision {
    fileprivate var name: String {
        switch self {
        case .allowed: "allowed"
        case .denied: "denied"
        case .unmentioned: "not_allowed"
        }
    }
}
