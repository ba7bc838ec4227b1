/// The conditions of a statement; all must hold.
struct ConditionSet: Sendable {
    enum Verdict {
        case holds, fails
        /// It cannot be told, as with an address that is not known: what allows does not apply, what denies does.
        case unknown
        /// No such operator or field: nothing is allowed.
        case unreadable
    }

    /// Operators and fields of one statement.
    static let maxConditions = 20

    private var conditions: [Condition] = []
    private var isUnreadable = false

    /// How much memory they take, in some 50 bytes.
    var weight: Int { conditions.reduce(1) { $0 + 2 + $1.weight } }

    /// As they were stored; what cannot be read is remembered to be so.
    init(_ condition: [String: [String: [String]]]) {
        for (name, fields) in condition {
            for (field, values) in fields {
                do throws(InvalidPolicy) {
                    conditions.append(try Condition(name, field, values))
                } catch { isUnreadable = true }
            }
        }
    }

    /// - Throws: `InvalidPolicy` for what cannot be read.
    init(checked condition: [String: [String: [String]]]) throws(InvalidPolicy) {
        for (name, fields) in condition.sorted(by: { $0.key < $1.key }) {
            guard !fields.isEmpty else { throw InvalidPolicy("condition '\(name.prefix(100))' names no field") }
            for (field, values) in fields { conditions.append(try Condition(name, field, values)) }
        }
        guard conditions.count <= Self.maxConditions else {
            throw InvalidPolicy("a statement has at most \(Self.maxConditions) conditions")
        }
    }

    func verdict(_ circumstances: Circumstances) -> Verdict {
        if isUnreadable { return .unreadable }
        var verdict = Verdict.holds
        for condition in conditions {
            switch condition.holds(circumstances) {
            case true?: continue
            case false?: return .fails
            case nil: verdict = .unknown
            }
        }
        return verdict
    }
}
