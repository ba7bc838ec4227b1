/// A reference as people write it: a branch, tag, commit id or prefix of one, and modifiers applied from left to right.
///
///     main    main~2    v1.0^2~    main@    main$
package struct RefExpression: Sendable, Hashable, CustomStringConvertible {
    package enum Modifier: Sendable, Hashable {
        /// `~n`: the n-th ancestor along first parents; `~` is `~1`.
        case ancestor(Int)
        /// `^n`: the n-th parent; `^` is `^1`, `^0` the commit itself.
        case parent(Int)
    }

    package enum View: Sendable, Hashable {
        /// A plain name: with staged data for object reads, without it elsewhere.
        case plain
        /// `@`: the branch's head without staged data.
        case committed
        /// `$`: the branch with staged data.
        case staged
    }

    /// The greatest length, in bytes.
    package static let maxBytes = 2_048

    /// As it was written.
    package let description: String
    package let base: String
    package let modifiers: [Modifier]
    package let view: View

    /// - Throws: `InvalidName` for white space, an empty base, a modifier that is not a number, or `@` and `$` anywhere but directly
    ///   behind the base and alone.
    package init(_ string: String) throws(InvalidName) {
        func refuse(_ reason: String) -> InvalidName { InvalidName(kind: "reference", reason: reason) }
        let bytes = Array(string.utf8)
        guard bytes.count <= Self.maxBytes else { throw refuse("is longer than \(Self.maxBytes) bytes") }
        guard !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw refuse("may not hold spaces or control characters")
        }

        // A tag whose name holds one of these can be read by its own routes only, as in git.
        let isModifier: (UInt8) -> Bool = { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "^") }
        let isView: (UInt8) -> Bool = { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "$") }
        let start = bytes.firstIndex(where: { isModifier($0) || isView($0) }) ?? bytes.count
        guard start > 0 else { throw refuse("names nothing") }
        description = string
        base = String(decoding: bytes[..<start], as: UTF8.self)

        if start < bytes.count, isView(bytes[start]) {
            guard start + 1 == bytes.count else { throw refuse("'@' and '$' stand alone behind a branch") }
            view = bytes[start] == UInt8(ascii: "@") ? .committed : .staged
            modifiers = []
            return
        }
        view = .plain
        var parsed: [Modifier] = []
        var index = start
        while index < bytes.count {
            let kind = bytes[index]
            guard isModifier(kind) else { throw refuse("a modifier must be a number") }
            var end = index + 1
            while end < bytes.count, !isModifier(bytes[end]) { end += 1 }
            let digits = bytes[(index + 1)..<end]
            guard digits.allSatisfy(\.isASCIIDigit), digits.count <= 9 else {
                throw refuse("a modifier must be a number")
            }
            let number = digits.isEmpty ? 1 : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            parsed.append(kind == UInt8(ascii: "~") ? .ancestor(number) : .parent(number))
            index = end
        }
        modifiers = parsed
    }

    package init(branch: BranchName) {
        description = branch.string
        base = branch.string
        modifiers = []
        view = .plain
    }

    /// Whether nothing but a name was written.
    package var isPlainName: Bool { modifiers.isEmpty && view == .plain }
}
