import Database
package import Wire

extension Catalog {
    package func getWriteTarget(_ request: GetWriteTarget.Request, _ context: CallContext) async throws -> WriteTarget {
        let rows = try await database.gather(
            Self.selectTarget, [.name(request.repository), .name(request.branch)], deadline: deadline(context))
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        guard try row.optionalInt64(3) == RefKind.branch.rawValue else { throw RPCError.branchNotFound }
        if try row.bool(2), !request.force { throw RPCError.readOnly }
        if try row.bool(4) { throw RPCError.protectedFromWrites }
        let id = try row.int64(0)
        return WriteTarget(repositoryID: id, storageNamespace: try namespaces.namespace(id, row, 1))
    }

    static let selectTarget = GatheredStatement.read(
        .everybody,
        """
        SELECT r.id, r.namespace, r.is_read_only, f.kind, \(Lookup.isProtected)
        FROM repository r LEFT JOIN \(Lookup.reference("$2")) ON true
        WHERE r.name = $1
        """)
}
