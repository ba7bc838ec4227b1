/// A text with wildcards: `*` stands for anything, `?` for one character.
///
/// A set of positions that moves over the text once, 64 at a time, so that the work is the text's length times the pattern's
/// length over 64, whatever either holds: nothing backtracks.
struct Wildcard: Sendable, Hashable {
    enum Token: Sendable, Hashable {
        case byte(UInt8)
        case one
        case many
    }

    /// The position of each token that is not `many`, and one behind the last: bits of the words of a set.
    private let positions: Int
    private let words: Int
    /// The row of `accepting` for each byte: row 0 for those that the pattern does not name, row 1 for those within a character.
    private var rows: [UInt8]
    /// Which tokens take a byte: `words` for each row.
    private var accepting: [UInt64]
    /// Positions that stay where they are whatever comes: those before which there is a `*`.
    private var staying: [UInt64]
    /// Positions that stay for the rest of a character: those behind a `?`.
    private var within: [UInt64]

    /// How much memory it takes, in some 50 bytes.
    var weight: Int { (rows.count + 8 * (accepting.count + 2 * words)) / 50 + 1 }

    init(_ tokens: [Token]) {
        let solid = tokens.filter { $0 != .many }
        positions = solid.count + 1
        words = (positions + 63) / 64
        rows = [UInt8](repeating: 0, count: 256)
        for byte in 0x80...0xBF { rows[byte] = 1 }
        staying = [UInt64](repeating: 0, count: words)
        within = staying
        var named = 2
        for case .byte(let byte) in solid where rows[Int(byte)] < 2 && named < 256 {
            rows[Int(byte)] = UInt8(named)
            named += 1
        }
        accepting = [UInt64](repeating: 0, count: named * words)
        var place = 0
        for token in tokens {
            let (word, bit) = (place / 64, UInt64(1) << UInt64(place % 64))
            switch token {
            case .many:
                staying[word] |= bit
                continue
            case .byte(let byte): accepting[Int(rows[Int(byte)]) * words + word] |= bit
            case .one:
                for row in 0..<named where row != 1 { accepting[row * words + word] |= bit }
                within[(place + 1) / 64] |= UInt64(1) << UInt64((place + 1) % 64)
            }
            place += 1
        }
        // Bytes within a character that a pattern names have rows of their own, which no `?` may begin at.
        for byte in 0x80...0xBF where rows[byte] > 1 {
            let row = Int(rows[byte])
            var place = 0
            for token in solid {
                if token != .byte(UInt8(byte)) { accepting[row * words + place / 64] &= ~(1 << UInt64(place % 64)) }
                place += 1
            }
        }
    }

    /// Where the pattern stands after a text.
    struct Reached: Equatable {
        /// The whole pattern is used up.
        let isAtEnd: Bool
        /// Some text that begins with this one matches.
        let canGoOn: Bool
    }

    /// Whether the whole text matches.
    func matches(_ text: some Sequence<UInt8>) -> Bool { run(text).isAtEnd }

    /// Whether every text that begins with this one matches.
    func covers(_ prefix: some Sequence<UInt8>) -> Bool { endsInMany && run(prefix).isAtEnd }

    /// Whether any text that begins with this one matches.
    func intersects(_ prefix: some Sequence<UInt8>) -> Bool { run(prefix).canGoOn }

    private var endsInMany: Bool { staying[(positions - 1) / 64] >> UInt64((positions - 1) % 64) & 1 == 1 }

    private func run(_ text: some Sequence<UInt8>) -> Reached {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words) { state in
            state.initialize(repeating: 0)
            state[0] = 1
            for byte in text {
                let row = Int(rows[Int(byte)]) * words
                let isWithin = byte & 0xC0 == 0x80
                var carry: UInt64 = 0
                var isAlive: UInt64 = 0
                for word in 0..<words {
                    let moving = state[word] & accepting[row + word]
                    let stays = state[word] & (isWithin ? staying[word] | within[word] : staying[word])
                    state[word] = moving << 1 | carry | stays
                    carry = moving >> 63
                    isAlive |= state[word]
                }
                if isAlive == 0 { return Reached(isAtEnd: false, canGoOn: false) }
            }
            let end = state[(positions - 1) / 64] >> UInt64((positions - 1) % 64) & 1 == 1
            return Reached(isAtEnd: end, canGoOn: true)
        }
    }
}

extension Wildcard {
    /// - Parameter variables: what stands for `${name}`, literally, whatever it holds.
    static func tokens(_ pattern: String, variables: [String: String] = [:]) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(pattern.utf8)[...]
        next: while let byte = rest.first {
            for (name, value) in variables where byte == UInt8(ascii: "$") {
                let variable = Array("${\(name)}".utf8)
                guard rest.starts(with: variable) else { continue }
                tokens += value.utf8.map { .byte($0) }
                rest = rest.dropFirst(variable.count)
                continue next
            }
            switch byte {
            case UInt8(ascii: "*"): if tokens.last != .many { tokens.append(.many) }
            case UInt8(ascii: "?"): tokens.append(.one)
            default: tokens.append(.byte(byte))
            }
            rest = rest.dropFirst()
        }
        return tokens
    }

    init(_ pattern: String) { self.init(Self.tokens(pattern)) }
}
