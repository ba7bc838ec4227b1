/// One step of a schema from one version to the next.
package struct Migration: Sendable {
    /// The version the schema has after it; the first is 1, and there are no gaps.
    package let version: Int
    package let name: String
    /// Statements separated by semicolons. Names without a schema are those of the schema that migrates.
    package let sql: String

    package init(_ version: Int, _ name: String, _ sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}
