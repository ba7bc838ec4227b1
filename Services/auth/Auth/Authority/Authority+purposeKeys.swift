import Cryptography
import Logging
package import Wire

/// Keys that services sign their own tokens with: made when they are asked for, replaced every day, sealed as secrets are.
extension Authority {
    /// How long a key signs, in seconds.
    static let purposeKeySigns: Int64 = 86_400
    /// How long it still verifies then, in seconds: the longest token lives 24 h, and clocks and caches differ.
    static let purposeKeyOverlap: Int64 = 90_000
    /// How often the keys are looked at again after rivals made one.
    private static let maxAttempts = 8

    /// - Throws: `unavailable` where rivals keep making keys.
    package func purposeKeys(_ request: GetPurposeKeys.Request, _ context: CallContext) async throws -> PurposeKeys {
        let purpose = request.purpose.rawValue
        for _ in 0..<Self.maxAttempts {
            let now = time.unixSeconds()
            let stored = try await store.purposeKeys(of: purpose, deadline: context.deadline)
            let keys = stored.compactMap { open($0, now) }
            if let newest = stored.first, keys.first?.number == newest.number,
                newest.created + Self.purposeKeySigns > now
            {
                return PurposeKeys(keys: keys)
            }
            try await add(purpose, number: (stored.first?.number ?? 0) + 1, now, context)
        }
        throw RPCError(.unavailable, subject: "key", "the keys are being changed")
    }

    /// Nil for one that is over, or sealed with a key of the configuration that is gone: another takes its place.
    private func open(_ stored: StoredPurposeKey, _ now: Int64) -> PurposeKey? {
        let end = stored.created + Self.purposeKeySigns + Self.purposeKeyOverlap
        guard end > now else { return nil }
        do {
            let key = try keys.open(stored)
            return PurposeKey(number: stored.number, key: Hex.encode(key), verifiesUntil: end)
        } catch {
            logger.warning(
                "a signing key cannot be opened with the configured keys",
                metadata: ["purpose": "\(stored.purpose)", "masterKey": "\(stored.key.keyID)"])
            return nil
        }
    }

    private func add(_ purpose: String, number: Int64, _ now: Int64, _ context: CallContext) async throws {
        let sealed = try keys.seal(try SecureRandom.bytes(32), purpose: purpose, number: number)
        let key = StoredPurposeKey(purpose: purpose, number: number, key: sealed, created: now)
        let over = now - Self.purposeKeySigns - Self.purposeKeyOverlap
        guard try await store.add(key, removingCreatedBefore: over, deadline: context.deadline) else { return }
        logger.notice("made a signing key", metadata: ["purpose": "\(purpose)", "number": "\(number)"])
    }
}
