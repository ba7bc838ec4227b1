import COpenSSL

/// Derivation of a key from a password that is costly on purpose (RFC 7914).
package enum Scrypt {
    /// What a derivation costs: `128 * blocks * (rounds + lanes)` bytes of memory, and time in proportion to all three.
    package struct Cost: Sendable, Hashable {
        /// N: a power of two, greater than 1.
        package let rounds: Int
        /// r.
        package let blocks: Int
        /// p.
        package let lanes: Int

        package init(rounds: Int, blocks: Int, lanes: Int) {
            self.rounds = rounds
            self.blocks = blocks
            self.lanes = lanes
        }
    }

    /// The greatest memory that a derivation may take, in bytes.
    static let maxMemoryBytes: UInt64 = 256 * 1024 * 1024

    /// - Throws: `CryptographyError.unavailable` for a cost that is none or takes too much memory.
    package static func derive(
        _ password: String, salt: [UInt8], cost: Cost, byteCount: Int
    ) throws(CryptographyError) -> [UInt8] {
        guard let rounds = UInt64(exactly: cost.rounds), let blocks = UInt64(exactly: cost.blocks),
            let lanes = UInt64(exactly: cost.lanes), byteCount > 0
        else { throw .unavailable }
        var key = [UInt8](repeating: 0, count: byteCount)
        let text = password.utf8.map { CChar(bitPattern: $0) }
        guard
            EVP_PBE_scrypt(
                text, text.count, salt, salt.count, rounds, blocks, lanes, maxMemoryBytes, &key, key.count) == 1
        else { throw .unavailable }
        return key
    }
}
