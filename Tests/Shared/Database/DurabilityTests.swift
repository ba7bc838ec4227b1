import Database
import TestSupport
import Testing

@Suite struct DurabilityTests {
    @Test("A server without fsync is refused, unless that is allowed")
    func fsync() async throws {
        let cluster = try await PostgresCluster(settings: ["fsync": "off"])
        let database = try connect(cluster.address())
        let error = await databaseFailure { try await database.ready(deadline: soon) }
        guard case .unsafeServer(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("fsync"))
        let write = await databaseFailure {
            _ = try await database.exclusive(.write("CREATE TABLE t ()"), deadline: soon)
        }
        #expect(write == error)
        let allowed = try connect(cluster.address()) { $0.allowUnsafeDurability = true }
        try await allowed.ready(deadline: soon)
    }

    @Test("A role with synchronous_commit off is refused, unless that is allowed", arguments: ["off", "local", "on"])
    func synchronousCommit(value: String) async throws {
        let cluster = try await PostgresCluster.shared()
        let address = "\(cluster.address()) options='-c synchronous_commit=\(value)'"
        let error = await databaseFailure { try await connect(address).ready(deadline: soon) }
        if value == "off" {
            guard case .unsafeServer(let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("synchronous_commit"))
            try await connect(address) { $0.allowUnsafeDurability = true }.ready(deadline: soon)
        } else {
            #expect(error == nil)
        }
    }
}
