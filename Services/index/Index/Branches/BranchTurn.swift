import Database
import Synchronization
import Wire

/// A place in the line for a branch. The lowest live ticket holds the branch; correctness rests on the branch's version,
/// the line only sees to it that everybody's turn comes.
final class BranchTurn: Sendable {
    private let database: Database
    private let repository: Int64
    private let branch: Int64
    private let lease: Duration
    private let deadline: ContinuousClock.Instant
    private let leave: @Sendable () -> Void
    private let state: Mutex<(ticket: Int64, renewed: ContinuousClock.Instant)>
    private let renewal: Mutex<Task<Void, Never>?>

    var ticket: Int64 { state.withLock { $0.ticket } }

    /// Takes a ticket.
    init(
        _ database: Database, repository: Int64, branch: Int64, lease: Duration, deadline: ContinuousClock.Instant,
        leave: @escaping @Sendable () -> Void
    ) async throws {
        self.database = database
        self.repository = repository
        self.branch = branch
        self.lease = lease
        self.deadline = deadline
        self.leave = leave
        let ticket = try await Self.take(database, repository, branch, lease, deadline)
        state = Mutex((ticket, .now))
        renewal = Mutex(nil)
        let task = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: lease / 3)
                guard !Task.isCancelled, let self else { return }
                try? await self.renew(after: .zero)
            }
        }
        renewal.withLock { $0 = task }
    }

    deinit { renewal.withLock { $0?.cancel() } }

    private static func take(
        _ database: Database, _ repository: Int64, _ branch: Int64, _ lease: Duration,
        _ deadline: ContinuousClock.Instant
    ) async throws -> Int64 {
        let rows = try await database.write(
            insert, [.int64(repository), .int64(branch), .double(lease.seconds)], deadline: deadline)
        guard let ticket = try rows.first?.int64(0) else { throw RPCError(.internal, "no ticket was given") }
        return ticket
    }

    /// Keeps the ticket alive; takes a new one where it ended.
    func renew() async throws { try await renew(after: lease / 3) }

    private func renew(after age: Duration) async throws {
        let (ticket, renewed) = state.withLock { $0 }
        guard .now - renewed >= age else { return }
        let rows = try await database.write(
            Self.extend, [.int64(repository), .int64(branch), .int64(ticket), .double(lease.seconds)],
            deadline: min(deadline, .now + lease))
        let current = rows.affected > 0 ? ticket : try await Self.take(database, repository, branch, lease, deadline)
        state.withLock { $0 = (current, .now) }
    }

    /// Lets those ahead get on.
    func wait() async throws {
        guard .now < deadline else { throw RPCError(.deadlineExceeded, "the deadline passed in line for the branch") }
        try await Task.sleep(for: Self.pause)
    }

    /// Gives the place up. One that cannot be given up ends with its lease.
    func end() async {
        renewal.withLock { $0?.cancel() }
        let (database, key) = (database, [Parameter.int64(repository), .int64(branch), .int64(ticket)])
        // In a task of its own: a caller that went away must not keep the place.
        await Task {
            _ = try? await database.write(Self.delete, key, deadline: .now + .seconds(2))
        }.value
        leave()
    }

    private static let pause = Duration.milliseconds(4)

    private static let insert = Statement.write(
        """
        INSERT INTO turn (repository, branch, ends) VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second')
        RETURNING ticket
        """)
    private static let extend = Statement.write(
        """
        UPDATE turn SET ends = clock_timestamp() + $4 * interval '1 second'
        WHERE repository = $1 AND branch = $2 AND ticket = $3 AND ends > clock_timestamp()
        """)
    private static let delete = Statement.write(
        "DELETE FROM turn WHERE repository = $1 AND branch = $2 AND ticket = $3")
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
