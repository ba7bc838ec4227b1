/// A secret as it lies in the database.
package struct SealedSecret: Sendable, Hashable {
    /// The master key it was sealed with.
    package let keyID: String
    /// Nonce, ciphertext and tag.
    package let bytes: [UInt8]

    package init(keyID: String, bytes: [UInt8]) {
        self.keyID = keyID
        self.bytes = bytes
    }
}
