extension Tree {
    /// The tree that the changes make of another, of which only the nodes they touch are read and written.
    ///
    /// Memory does not depend on how many changes there are. All new nodes are durable when it returns.
    ///
    /// - Parameters:
    ///   - root: of the tree as it is; `Tree.emptyRoot` to build one.
    ///   - next: the changes in ascending order of keys, each key once, in batches of any size; `nil` at the end. 256 to
    ///     1,000 a batch are good: their nodes are fetched together.
    /// - Throws: `TreeError`, or what `next` or the store throws.
    package func apply(
        to root: NodeHash, equalIdentity: EqualIdentity = .keepsOld, changes next: () async throws -> [TreeChange]?
    ) async throws -> Applied {
        let run = try await ApplyRun(self, root: root, equalIdentity: equalIdentity)
        while let changes = try await next() { try await run.process(changes) }
        return try await run.finish()
    }

    /// Same, with all changes at hand.
    package func apply(
        to root: NodeHash, equalIdentity: EqualIdentity = .keepsOld, _ changes: [TreeChange]
    ) async throws -> Applied {
        let run = try await ApplyRun(self, root: root, equalIdentity: equalIdentity)
        try await run.process(changes)
        return try await run.finish()
    }
}
