import Database

extension IndexSchema {
    /// Finds the repositories that an address lies in the namespace of.
    static let namespaces = Migration(
        11, "namespaces",
        """
        CREATE INDEX repository_namespace ON repository (namespace)
        """)
}
