import Cryptography
import Glibc
import Wire

/// Makes services as they are run for users, each on a database or folder of its own.
package enum RealServices {
    package static let setupToken = "the-set-up-token-of-tests"

    /// Not started. Its database is on the cluster that all tests share.
    package static func index() async throws -> ServiceProcess {
        try index(database: try await PostgresCluster.shared().freshDatabase())
    }

    /// Not started.
    ///
    /// - Parameter database: its address, for tests that look into it or take it away.
    package static func index(database: String, _ variables: [String: String] = [:]) throws -> ServiceProcess {
        let own = ["TARN_INDEX_DATABASE_URL": database, "TARN_RPC_CALLERS": callers]
        return try ServiceProcess(.index, own.merging(variables) { $1 })
    }

    /// Not started. Nobody has set it up.
    package static func auth(_ variables: [String: String] = [:]) async throws -> ServiceProcess {
        let database = try await PostgresCluster.shared().freshDatabase()
        let own = [
            "TARN_AUTH_DATABASE_URL": database, "TARN_RPC_CALLERS": callers,
            "TARN_AUTH_ENCRYPTION_KEY": String(repeating: "0123456789abcdef", count: 4), "TARN_SETUP_TOKEN": setupToken,
        ]
        return try ServiceProcess(.auth, own.merging(variables) { $1 })
    }

    /// Not started. Its store is the local one below `store`.
    ///
    /// - Parameters:
    ///   - index: `host:port`.
    ///   - auth: `host:port`.
    package static func api(
        index: String, auth: String, store: TemporaryFolder, _ variables: [String: String] = [:]
    ) throws -> ServiceProcess {
        try ServiceProcess(
            .api,
            client(of: index, auth, store, as: .api).merging(["TARN_DRAIN": "1s"]) { $1 }.merging(variables) { $1 })
    }

    /// Not started. Its store is the local one below `store`.
    package static func gateway(
        index: String, auth: String, store: TemporaryFolder, _ variables: [String: String] = [:]
    ) throws -> ServiceProcess {
        try ServiceProcess(
            .gateway,
            client(of: index, auth, store, as: .gateway).merging(["TARN_DRAIN": "1s"]) { $1 }.merging(variables) { $1 })
    }

    /// Not started. Looks for a job every second; its store is the local one below `store`.
    package static func storage(
        index: String, store: TemporaryFolder, _ variables: [String: String] = [:]
    ) throws -> ServiceProcess {
        let own = [
            "TARN_INDEX": index, "TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": store.path, "TARN_JOB_POLL": "1s",
            "TARN_RPC_CREDENTIAL": ServiceCredentials.credential(of: .storage), "TARN_DRAIN": "1s",
        ]
        return try ServiceProcess(.storage, own.merging(variables) { $1 })
    }

    private static func client(
        of index: String, _ auth: String, _ store: TemporaryFolder, as service: ServiceName
    ) -> [String: String] {
        [
            "TARN_INDEX": index, "TARN_AUTH": auth, "TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": store.path,
            "TARN_RPC_CREDENTIAL": ServiceCredentials.credential(of: service),
        ]
    }

    private static var callers: String {
        ServiceName.allCases.map { "\($0.rawValue)=\(SHA256.hash(ServiceCredentials.credential(of: $0)).hex)" }
            .joined(separator: ",")
    }
}
