import Database
import Logging
import Synchronization
import VersionTree

/// The pins of this process's operations. Most operations end before theirs needs a row.
final class Pins: Sendable {
    private struct Held {
        let pin: Pin
        var renewed = ContinuousClock.now
        var hasRow = false
    }

    private struct State {
        var held: [UUIDBytes: Held] = [:]
        var isTicking = false
    }

    private let database: Database
    let term: Duration
    private let logger: Logger
    private let state = Mutex(State())

    init(_ database: Database, term: Duration, logger: Logger) {
        self.database = database
        self.term = term
        self.logger = logger
    }

    /// Keeps the pin live as long as the operation takes.
    func hold<Answer>(_ pin: Pin, _ operation: () async throws -> Answer) async throws -> Answer {
        let starts = state.withLock { state in
            state.held[pin.id] = Held(pin: pin)
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if starts { Task { await tick() } }
        do {
            let answer = try await operation()
            await release(pin)
            return answer
        } catch {
            await release(pin)
            throw error
        }
    }

    private func release(_ pin: Pin) async {
        let hasRow = state.withLock { $0.held.removeValue(forKey: pin.id)?.hasRow ?? false }
        guard hasRow else { return }
        // In a task of its own: a caller that went away must not keep the row. One that stays ends.
        await Task { await remove(pin) }.value
    }

    private func remove(_ pin: Pin) async {
        _ = try? await database.write(
            Self.delete, [.int64(pin.repository), .uuid(pin.id)], deadline: .now + .seconds(2))
    }

    /// Renews what has been held for a third of the term, until nothing is held.
    private func tick() async {
        while true {
            try? await Task.sleep(for: term / 6)
            let due = state.withLock { state -> [Pin]? in
                guard !state.held.isEmpty else {
                    state.isTicking = false
                    return nil
                }
                return state.held.values.filter { .now - $0.renewed >= term / 3 }.map(\.pin)
            }
            guard let due else { return }
            for pin in due { await renew(pin) }
        }
    }

    private func renew(_ pin: Pin) async {
        do {
            let began = ContinuousClock.now
            // Counts as written even if the answer is lost.
            state.withLock { $0.held[pin.id]?.hasRow = true }
            guard try await extend(pin) else {
                return logger.info("an operation's pin ended", metadata: ["repository": "\(pin.repository)"])
            }
            let isHeld = state.withLock { state in
                state.held[pin.id]?.renewed = began
                return state.held[pin.id] != nil
            }
            if !isHeld { await remove(pin) }
        } catch {
            logger.info("a pin was not renewed", metadata: ["error": "\(error)"])
        }
    }

    /// Makes the pin last for a term from now; false where it has ended.
    func extend(_ pin: Pin) async throws -> Bool {
        let rows = try await database.write(
            Self.insert,
            [.int64(pin.repository), .hashes(pin.roots)] + pin.parameters(term),
            deadline: .now + term / 2)
        return rows.affected == 1
    }

    private static let insert = Statement.write(
        """
        INSERT INTO pin AS o (repository, id, made, ends, roots)
        SELECT $1, $5, $3, clock_timestamp() + $4 * interval '1 second', $2::bytea[]
        WHERE \(Pin.isLive(3))
        ON CONFLICT (repository, id) DO UPDATE SET ends = excluded.ends WHERE o.ends > clock_timestamp()
        """)
    private static let delete = Statement.write("DELETE FROM pin WHERE repository = $1 AND id = $2")
}
