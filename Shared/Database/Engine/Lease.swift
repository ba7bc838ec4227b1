/// A transaction's hold on an exclusive connection.
///
/// Unchecked: only the engine's thread reads or changes what varies.
final class Lease: @unchecked Sendable {
    enum State {
        /// No statement was submitted yet.
        case fresh
        case waiting
        case held(Connection)
        /// The connection is gone, and the transaction with it.
        case lost(DatabaseError)
        case over
    }

    /// The statements that open the transaction, sent ahead of its first; none where every statement stands alone.
    let begin: [Call]
    /// The only one in which it may begin; nil for any.
    let epoch: UInt64?
    var state = State.fresh
    var hasBegun = false
    /// A statement failed, so the server will not commit.
    var isDoomed = false
    /// Requests submitted while another was under way.
    var pending = Queue<Request>()

    init(begin: [Call], epoch: UInt64? = nil) {
        self.begin = begin
        self.epoch = epoch
    }

    /// The connection is gone, or was never had.
    func lose(_ error: DatabaseError) {
        state = .lost(error)
        drain(error)
    }

    /// The transaction was committed or rolled back.
    func end() {
        state = .over
        drain(.closed)
    }

    private func drain(_ error: DatabaseError) {
        while let request = pending.popFirst() { request.answer(request.ending == .rollback ? nil : error) }
    }
}
