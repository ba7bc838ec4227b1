/// Where a repository's nodes are kept.
///
/// A store deals in bytes and trusts nothing: who reads through `NodeSource` gets only nodes whose bytes have the name
/// they were asked by.
package protocol NodeStore: Sendable {
    /// The bytes of each node, in the order asked; `nil` for one the store does not have.
    ///
    /// All in as few round trips as it can; the caller asks for at most `NodeSource.maxNodesPerLoad` at a time, each
    /// hash once.
    func load(_ hashes: [NodeHash]) async throws -> [[UInt8]?]

    /// Keeps the nodes; returns when all of them are durable. Saving a node that exists is no error.
    func save(_ nodes: [Node]) async throws
}
