import Database
package import Wire

extension Catalog {
    package func findNamespaces(
        _ request: FindNamespaces.Request, _ context: CallContext
    ) async throws -> FoundNamespaces {
        let above = Self.namespaces(above: request.address)
        guard !above.isEmpty else { return FoundNamespaces(namespaces: []) }
        let rows = try await database.read(Self.selectNamespaces, [.texts(above)], deadline: deadline(context))
        let found = Set(try rows.map { try $0.text(0) })
        return FoundNamespaces(namespaces: above.filter { found.contains($0) })
    }

    /// Every namespace that an address could lie in, the outermost first.
    static func namespaces(above address: String) -> [String] {
        guard let separator = address.firstRange(of: "://") else { return [] }
        let slash = UInt8(ascii: "/")
        return address.utf8[separator.upperBound...].indices.filter { address.utf8[$0] == slash }.map {
            String(address[..<$0])
        }
    }

    /// The namespaces taken for good, and those that bare and read-only repositories look at.
    private static let selectNamespaces = Statement.read(
        """
        SELECT n.path FROM namespace n WHERE n.path = ANY ($1::text[]) AND n.is_leaf
        UNION ALL
        SELECT r.namespace FROM repository r WHERE r.namespace = ANY ($1::text[]) AND r.name IS NOT NULL
        """)
}
