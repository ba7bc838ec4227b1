import Cryptography
import Database
import Domain
import VersionTree
package import Wire

/// Nodes as bytes, for whoever keeps them elsewhere.
extension Catalog {
    /// Of one call that reads or writes nodes.
    static let maxNodesPerCall = 32

    package func getNode(_ request: GetNode.Request, _ context: CallContext) async throws -> NodeBytes {
        let deadline = deadline(context)
        let record = try await repository(request.repository, deadline)
        guard let hash = NodeHash(hex: request.id) else { throw RPCError.nodeNotFound }
        return try await nodeBytes([hash], of: record.id, deadline)
    }

    package func readNodes(_ request: ReadNodes.Request, _ context: CallContext) async throws -> NodeBytes {
        guard request.ids.count <= Self.maxNodesPerCall else {
            throw RPCError.invalid("nodes", "at most \(Self.maxNodesPerCall) nodes")
        }
        let hashes = try request.ids.map { id in
            guard let hash = NodeHash(hex: id) else { throw RPCError.nodeNotFound }
            return hash
        }
        return try await nodeBytes(hashes, of: request.repositoryID, deadline(context))
    }

    /// Straight from the table, for a cache shared with other repositories does not tell whose a node is.
    private func nodeBytes(
        _ hashes: [NodeHash], of repository: Int64, _ deadline: ContinuousClock.Instant
    ) async throws -> NodeBytes {
        let store = PostgresNodeStore(
            database: database, repository: repository, seenPrecision: limits.seenPrecision, deadline: deadline)
        let found = try await store.load(hashes)
        return NodeBytes(
            nodes: try zip(hashes, found).map { hash, bytes in
                guard let bytes = bytes ?? (hash == Tree.emptyRoot ? Node.empty.bytes : nil) else {
                    throw RPCError.nodeNotFound
                }
                return Base64.encode(try Node(bytes, named: hash).bytes)
            })
    }

    package func listNodes(_ request: ListNodes.Request, _ context: CallContext) async throws -> Listed<ListedNode> {
        let amount = try NameRange.check(request.amount)
        let rows = try await database.exclusive(
            Self.selectKeptNodes,
            [.int64(request.repositoryID), .bytes(Hex.decode(request.after) ?? []), .int64(Int64(amount) + 1)],
            deadline: deadline(context))
        return Listed(
            results: try rows.prefix(amount).map {
                ListedNode(id: try $0.digest(0).hex, bytes: try $0.int64(1))
            }, hasMore: rows.count > amount)
    }

    private static let selectKeptNodes = Statement.read(
        """
        SELECT n.hash, octet_length(n.bytes)::bigint FROM node n
        WHERE n.repository = $1 AND n.hash > $2 AND n.kept ORDER BY n.hash LIMIT $3
        """)
}
