extension Node {
    /// The names of the nodes one level below, in order of their keys; none for a leaf.
    package var children: [NodeHash] {
        guard !isLeaf else { return [] }
        var children: [NodeHash] = []
        children.reserveCapacity(count)
        var row = RowCursor(self)
        while row.isValid, let child = row.child {
            children.append(child.hash)
            row.advance()
        }
        return children
    }
}
