/// What a task asks of the engine, and the answer.
///
/// Unchecked: until it is submitted its task owns it, then the engine's thread does, and after `answer` its task again.
final class Request: @unchecked Sendable {
    enum Work {
        case one(Call)
        case several([Call])
        case repeated(Statement, [[Parameter]])
        case gathered(GatheredCall)
        case script(CText)
    }

    enum Route {
        case read
        case write
        case exclusive(Lease)
    }

    /// What the request does to the transaction it is part of.
    enum Ending {
        case none
        case commit
        case rollback
        /// The request is a transaction of its own.
        case automatic
    }

    let work: Work
    let route: Route
    let ending: Ending
    let order: [UInt8]
    let deadline: ContinuousClock.Instant
    /// The size of its parameters.
    let byteCount: Int

    var continuation: UnsafeContinuation<Void, Never>?
    private(set) var failure: (any Error)?
    private(set) var first = Rows(affected: 0)
    private(set) var rest: [Rows] = []
    /// Of the rows of a gathered statement, its own.
    private(set) var own: [Row] = []
    private(set) var affected = 0
    /// The statements answered so far.
    private(set) var received = 0

    /// When it began to wait for a connection.
    var enqueued: ContinuousClock.Instant
    var attempts = 0
    /// How many connections were lost under it.
    var losses = 0
    var isSent = false
    var isCancelled = false
    /// The server's complaint about it in the unit under way.
    var complaint: ServerError?

    /// - Throws: `DatabaseError.invalidParameter`.
    init(
        _ work: Work, route: Route, ending: Ending = .none, order: [UInt8] = [], deadline: ContinuousClock.Instant
    ) throws(DatabaseError) {
        self.work = work
        self.route = route
        self.ending = ending
        self.order = order
        self.deadline = deadline
        enqueued = deadline
        byteCount =
            switch work {
            case .one(let call): try Self.measure(call.parameters)
            case .several(let calls):
                try calls.reduceBytes { call throws(DatabaseError) in try Self.measure(call.parameters) }
            case .repeated(_, let sets): try sets.reduceBytes(Self.measure)
            case .gathered(let call): try Self.measure(call)
            case .script: 0
            }
    }

    private static func measure(_ call: GatheredCall) throws(DatabaseError) -> Int {
        for (index, parameter) in call.own.enumerated() {
            if let defect = parameter.gatheringDefect {
                throw .invalidParameter("$\(call.common.count + index + 1): \(defect)")
            }
        }
        return try measure(call.common + call.own)
    }

    private static func measure(_ parameters: [Parameter]) throws(DatabaseError) -> Int {
        guard parameters.count <= Parameter.maxCount else {
            throw .invalidParameter("there are more than \(Parameter.maxCount)")
        }
        var bytes = 0
        for parameter in parameters {
            // Callers are told: the number of a statement's parameter would mean nothing to them.
            if let defect = parameter.defect { throw .invalidParameter(defect) }
            bytes += parameter.encodedBytes
        }
        guard bytes <= Parameter.maxStatementBytes else {
            throw .invalidParameter("they take more than \(Parameter.maxStatementBytes) bytes")
        }
        return bytes
    }

    /// The statements of the work.
    var count: Int {
        switch work {
        case .one: 1
        case .several(let calls): calls.count
        case .repeated(_, let sets): sets.count
        case .gathered: 1
        case .script: 0
        }
    }

    subscript(index: Int) -> (statement: Statement, parameters: [Parameter]) {
        switch work {
        case .one(let call): (call.statement, call.parameters)
        case .several(let calls): (calls[index].statement, calls[index].parameters)
        case .repeated(let statement, let sets): (statement, sets[index])
        case .gathered(let call):
            (call.statement.statement, call.common + call.own.map { .column([$0]) })
        case .script: preconditionFailure("a script has no parts")
        }
    }

    var rows: [Rows] { received == 0 ? [] : [first] + rest }

    var isAnswered: Bool { continuation == nil }

    /// Keeps the answer of the next statement, unless nobody waits for it any more.
    func receive(_ rows: Rows) {
        guard !isAnswered else { return }
        received += 1
        switch work {
        case .repeated: affected += rows.affected
        default: if received == 1 { first = rows } else { rest.append(rows) }
        }
    }

    /// Keeps what of a gathered statement's answer is its own.
    func receive(_ rows: [Row]) {
        guard !isAnswered else { return }
        received += 1
        own = rows
    }

    /// Forgets answers, to be tried again.
    func reset() {
        guard !isAnswered else { return }
        received = 0
        rest = []
        own = []
        affected = 0
        complaint = nil
        isSent = false
    }

    /// Wakes the task that waits, once.
    func answer(_ failure: (any Error)? = nil) {
        guard let continuation else { return }
        self.continuation = nil
        self.failure = failure
        continuation.resume()
    }
}

extension Array {
    fileprivate func reduceBytes(
        _ size: (Element) throws(DatabaseError) -> Int
    ) throws(DatabaseError) -> Int {
        var total = 0
        for element in self { total += try size(element) }
        return total
    }
}
