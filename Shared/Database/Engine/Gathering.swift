/// Members of a batch that are sent as one statement.
struct Gathering {
    private(set) var members: [Request]

    init(_ first: Request) { members = [first] }

    /// The members of a batch, those together that one statement can serve.
    /// - Parameter isOrdered: what is sent keeps the batch's order, and no two members of the same order key go together.
    static func groups(_ batch: [Request], isOrdered: Bool) -> [Gathering] {
        var groups: [Gathering] = []
        groups.reserveCapacity(batch.count)
        for request in batch {
            let place = isOrdered ? groups.indices.last : groups.firstIndex { $0.accepts(request) }
            if let place, groups[place].accepts(request), !isOrdered || groups[place].endsBefore(request) {
                groups[place].members.append(request)
            } else {
                groups.append(Gathering(request))
            }
        }
        return groups
    }

    private func accepts(_ request: Request) -> Bool {
        guard case .gathered(let call) = request.work, case .gathered(let own) = members[0].work else { return false }
        return call.hash == own.hash && call.statement === own.statement && call.common == own.common
    }

    private func endsBefore(_ request: Request) -> Bool {
        guard let last = members.last else { return true }
        return last.order != request.order
    }

    /// The statements to send.
    var count: Int { members[0].count }

    subscript(index: Int) -> (statement: Statement, parameters: [Parameter]) {
        guard case .gathered(let call) = members[0].work else { return members[0][index] }
        var parameters = call.common
        for column in call.own.indices {
            parameters.append(
                .column(
                    members.map {
                        guard case .gathered(let call) = $0.work else { return .null }
                        return call.own[column]
                    }))
        }
        return (call.statement.statement, parameters)
    }

    /// Gives each member what is its own of the rows.
    func receive(_ rows: Rows) {
        guard case .gathered(let call) = members[0].work else { return members[0].receive(rows) }
        switch call.statement.owner {
        case .everybody:
            let all = Array(rows)
            for member in members { member.receive(all) }
        case .position:
            distribute(rows) { row in
                let place = try row.int64(0) - 1
                return Int(exactly: place).flatMap { members.indices.contains($0) ? [$0] : nil } ?? []
            }
        case .uuid:
            var places: [UUIDBytes: [Int]] = [:]
            for (place, member) in members.enumerated() {
                if case .gathered(let call) = member.work, case .uuid(let id)? = call.own.first {
                    places[id, default: []].append(place)
                }
            }
            distribute(rows) { row in places[try row.uuid(0)] ?? [] }
        }
    }

    /// - Parameter owners: the places of the members that a row is for.
    private func distribute(_ rows: Rows, owners: (Row) throws -> [Int]) {
        var shares = [[Row]](repeating: [], count: members.count)
        do {
            for row in rows {
                let places = try owners(row)
                if places.isEmpty { throw Self.stray }
                for place in places { shares[place].append(row) }
            }
        } catch {
            return members.forEach { $0.answer(error) }
        }
        for (member, share) in zip(members, shares) { member.receive(share) }
    }

    private static let stray = DatabaseError.unexpectedColumn("a row belongs to no caller")
}

/// A call that one statement may serve together with others.
struct GatheredCall: Sendable {
    let statement: GatheredStatement
    let common: [Parameter]
    let own: [Parameter]
    /// Of the statement and the common parameters.
    let hash: Int

    init(_ statement: GatheredStatement, common: [Parameter], own: [Parameter]) {
        self.statement = statement
        self.common = common
        self.own = own
        var hasher = Hasher()
        hasher.combine(statement.statement.number)
        hasher.combine(common)
        hash = hasher.finalize()
    }
}
