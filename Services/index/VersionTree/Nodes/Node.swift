import Cryptography

/// An immutable node: a leaf of entries, or rows that refer to the nodes one level below.
///
/// Kept as its bytes, in which everything is looked up in place. `design/0003-tree.md` describes every byte. A node is
/// only made from bytes whose form was checked, so reading it later cannot fail.
package final class Node: Sendable {
    static let format: UInt8 = 1
    static let headerBytes = 8
    /// Every so many rows a key is written whole, and its place kept in a table at the end.
    static let restartInterval = 16

    /// The canonical bytes.
    package let bytes: [UInt8]
    /// SHA-256 of the bytes.
    package let hash: NodeHash
    /// 0 for a leaf.
    package let level: Int
    /// Of rows.
    package let count: Int
    /// Where the rows end and the restart table begins.
    let rowsEnd: Int

    /// The one node without rows: a leaf. No store needs to have it.
    package static let empty = Node(built: [format, 0, 0, 0, 0, 0, 0, 0], level: 0, count: 0, rowsEnd: headerBytes)

    /// A node that this module has just written.
    init(built bytes: [UInt8], level: Int, count: Int, rowsEnd: Int) {
        self.bytes = bytes
        hash = SHA256.hash(bytes)
        self.level = level
        self.count = count
        self.rowsEnd = rowsEnd
    }

    /// A node that this process has had before.
    init(known bytes: [UInt8], hash: NodeHash, level: Int, count: Int, rowsEnd: Int) {
        self.bytes = bytes
        self.hash = hash
        self.level = level
        self.count = count
        self.rowsEnd = rowsEnd
    }

    /// A node that comes from outside.
    ///
    /// - Throws: `TreeError.corruptNode` unless the bytes have this name and the form of a node.
    package init(_ bytes: [UInt8], named hash: NodeHash) throws(TreeError) {
        guard SHA256.hash(bytes) == hash else {
            throw TreeError.corruptNode(hash, reason: "its bytes have another hash")
        }
        let form: NodeForm
        do throws(NodeForm.Flaw) {
            form = try NodeForm(checking: bytes)
        } catch {
            throw TreeError.corruptNode(hash, reason: error.reason)
        }
        self.bytes = bytes
        self.hash = hash
        level = form.level
        count = form.count
        rowsEnd = form.rowsEnd
    }

    package var isLeaf: Bool { level == 0 }

    var restartCount: Int { (count + Self.restartInterval - 1) / Self.restartInterval }
}
