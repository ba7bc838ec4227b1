import JSONCodec
import NIOHTTP1
import ObjectStore
import Policy
import ServiceKit
import Wire

extension Routes {
    /// How this installation does.
    static let health: [Route] = [
        Route(
            "listServices", .GET, "/services", .tarn,
            "Asks what the API works with, each down to its database or store, and tells how each answers.",
            replies: [.json(200, Schemas.serviceList, "One row for each.")], access: .needs(.readConfig, on: .all)
        ) { call in
            let services = call.services
            async let index = state("index") {
                _ = try await call.index(ListRepositories.self, .init(range: ListRange(amount: 1)))
            }
            async let auth = state("auth") { _ = try await call.auth(GetSetupState.self, Nothing()) }
            async let store = state("object store") { try await services.store.checkHealth() }
            let states = [ServiceState(name: "api", error: nil, duration: .zero), await index, await auth, await store]
            return .object { writer in
                writer.key("results")
                writer.array { writer in
                    for state in states { writer.row(state) }
                }
            }
        }
    ]

    fileprivate struct ServiceState: Sendable {
        let name: String
        /// Why it does not do its work; nil where it does.
        let error: String?
        let duration: Duration
    }

    private static func state(
        _ name: String, _ ask: @Sendable () async throws -> Void
    ) async -> ServiceState {
        let start = ContinuousClock.now
        var problem: String?
        do {
            try await ask()
        } catch let error as RPCError {
            problem = error.code == .deadlineExceeded ? "does not answer in time" : "does not answer"
        } catch let error as ObjectStoreError {
            problem = error.message
        } catch {
            problem = "does not answer"
        }
        return ServiceState(name: name, error: problem, duration: start.duration(to: .now))
    }
}

extension JSONWriter {
    fileprivate mutating func row(_ state: Routes.ServiceState) {
        object { writer in
            writer.member("name", state.name)
            writer.member("status", state.error == nil ? "ok" : "down")
            if let error = state.error { writer.member("error", error) }
            let (seconds, attoseconds) = state.duration.components
            writer.member("microseconds", seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
    }
}
