package import Cryptography
import Dispatch
import Synchronization
import Wire

/// Runs scrypt beside everything else: a few derivations at once, each of 32 MiB, and a bounded line of those who wait.
package final class PasswordHasher: Sendable {
    /// 32 MiB and some 200 ms.
    package static let usualCost = Scrypt.Cost(rounds: 1 << 15, blocks: 8, lanes: 3)
    /// Derivations at once.
    static let width = 2
    /// Those under way and those who wait.
    static let maxPending = 32
    static let saltBytes = 16
    static let hashBytes = 32

    let cost: Scrypt.Cost
    private let lanes = (0..<PasswordHasher.width).map { DispatchQueue(label: "password \($0)") }
    private let pending = Mutex<[Int]>(Array(repeating: 0, count: PasswordHasher.width))

    package init(cost: Scrypt.Cost = PasswordHasher.usualCost) { self.cost = cost }

    /// - Throws: `resourceExhausted` where too many wait; `CryptographyError`.
    func make(_ password: String) async throws -> StoredPassword {
        let salt = try SecureRandom.bytes(Self.saltBytes)
        return StoredPassword(salt: salt, hash: try await derive(password, salt, cost), cost: cost)
    }

    /// Whether it is the password; without one to compare with, as long as with one, and no.
    ///
    /// - Throws: as `make`.
    func matches(_ password: String, _ stored: StoredPassword?) async throws -> Bool {
        let found = try await derive(
            password, stored?.salt ?? [UInt8](repeating: 0, count: Self.saltBytes), stored?.cost ?? cost)
        let isSame = ConstantTime.equal(found, stored?.hash ?? [UInt8](repeating: 0, count: Self.hashBytes))
        return stored != nil && isSame
    }

    private func derive(_ password: String, _ salt: [UInt8], _ cost: Scrypt.Cost) async throws -> [UInt8] {
        let lane = pending.withLock { pending -> Int? in
            guard pending.reduce(0, +) < Self.maxPending,
                let lane = pending.indices.min(by: { pending[$0] < pending[$1] })
            else { return nil }
            pending[lane] += 1
            return lane
        }
        guard let lane else {
            throw RPCError(.resourceExhausted, subject: "password", "too many are logging in; try later")
        }
        defer { pending.withLock { $0[lane] -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            lanes[lane].async {
                continuation.resume(
                    with: Result {
                        try Scrypt.derive(password, salt: salt, cost: cost, byteCount: Self.hashBytes)
                    })
            }
        }
    }
}
