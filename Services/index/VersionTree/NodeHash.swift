package import Cryptography

/// The name of a node: the SHA-256 of its bytes. The name of the topmost node names the whole tree.
package typealias NodeHash = SHA256Digest
