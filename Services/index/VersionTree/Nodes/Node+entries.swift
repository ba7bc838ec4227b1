extension Node {
    /// Goes over the entries of a leaf in order of keys; over nothing in any other node.
    package func forEachEntry(_ body: (_ key: [UInt8], EntryView) throws -> Void) rethrows {
        guard isLeaf else { return }
        var cursor = RowCursor(self)
        while cursor.isValid {
            try body(cursor.key, EntryView(cursor.value))
            cursor.advance()
        }
    }
}
