/// Brings names that come in byte order into the order of the keys below them: that of the name with a slash behind it.
///
/// The two differ where a name goes on with a character before the slash: `a` < `a-b`, but `a-b/` < `a/`.
package struct RefOrder: Sendable {
    /// Each begins with the one before it and goes on with a byte before the slash.
    private var pending: [String] = []

    package init() {}

    /// A name that comes before all that were not yet added.
    ///
    /// - Returns: the names whose turn has come, in their order.
    package mutating func add(_ name: String) -> [String] {
        var settled: [String] = []
        while let last = pending.last, !Self.sortsBefore(name, itsBeginning: last) {
            settled.append(last)
            pending.removeLast()
        }
        pending.append(name)
        return settled
    }

    /// The names that are left when there are no more.
    package mutating func finish() -> [String] {
        defer { pending = [] }
        return pending.reversed()
    }

    /// Whether `name` goes on behind `beginning` so that its keys come first.
    private static func sortsBefore(_ name: String, itsBeginning beginning: String) -> Bool {
        let (name, beginning) = (name.utf8, beginning.utf8)
        guard name.count > beginning.count, name.starts(with: beginning) else { return false }
        return name[name.index(name.startIndex, offsetBy: beginning.count)] < UInt8(ascii: "/")
    }

    /// Names that come before `marker` in byte order, but may have keys behind it: its beginnings that go on with a byte before
    /// the slash, the shortest first.
    ///
    /// - Parameter marker: a key or any beginning of one.
    package static func beginnings(of marker: [UInt8]) -> [String] {
        let name = marker.prefix { $0 != UInt8(ascii: "/") }
        return name.indices.dropFirst().filter { name[$0] < UInt8(ascii: "/") }.compactMap { end in
            String(validating: name[..<end], as: UTF8.self)
        }
    }
}
