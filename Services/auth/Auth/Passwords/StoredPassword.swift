package import Cryptography

/// A password as it is kept: what scrypt made of it.
package struct StoredPassword: Sendable, Hashable {
    package let salt: [UInt8]
    package let hash: [UInt8]
    package let cost: Scrypt.Cost

    package init(salt: [UInt8], hash: [UInt8], cost: Scrypt.Cost) {
        self.salt = salt
        self.hash = hash
        self.cost = cost
    }
}
