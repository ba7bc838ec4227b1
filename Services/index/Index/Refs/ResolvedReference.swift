import Cryptography
import Database
import Domain
import VersionTree

/// What a reference names: a commit, or a branch with what is staged on it.
struct ResolvedReference: Sendable {
    let repositoryID: Int64
    let namespace: StorageNamespace
    let salt: Salt
    /// The commit; of a branch, its head.
    let commit: SHA256Digest
    /// The commit's tree.
    let commitTree: NodeHash
    /// The committed tree, or with staged data the working tree.
    let tree: NodeHash
    /// Rows to lay over the tree, of the newest token first.
    let tokens: [UUIDBytes]
    /// The first of these rows, where they were asked for.
    var window: StagedWindow?

    var hasStaged: Bool { !tokens.isEmpty }

    /// The same without staged data.
    var committed: ResolvedReference {
        ResolvedReference(
            repositoryID: repositoryID, namespace: namespace, salt: salt, commit: commit, commitTree: commitTree,
            tree: commitTree, tokens: [])
    }
}

/// Whether a reference is to be seen with staged data.
enum ReferenceUse {
    /// Objects are read: a plain branch name and `$` include what is staged.
    case objects
    /// A commit is needed: `$` is refused.
    case commit
    /// The right side of a diff: only `$` includes what is staged.
    case diff
}
