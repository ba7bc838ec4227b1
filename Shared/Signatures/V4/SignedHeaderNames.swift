/// The names in `SignedHeaders`, in lower case, in the order in which they are listed.
struct SignedHeaderNames: Sendable {
    /// The greatest number of names.
    static let maxCount = 128

    /// The list as it is written, names separated by semicolons.
    let text: [UInt8]
    private let ranges: [Range<Int>]

    /// `nil` for more names than the limit.
    init?(_ text: [UInt8]) {
        self.text = text
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(8)
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: ";") {
            if index > start { ranges.append(start..<index) }
            start = index + 1
        }
        guard ranges.count <= Self.maxCount else { return nil }
        self.ranges = ranges
    }

    /// Our own list, without a limit.
    init(listing names: [String]) {
        var text: [UInt8] = []
        ranges = names.map { name in
            if !text.isEmpty { text.append(UInt8(ascii: ";")) }
            let start = text.count
            text.append(contentsOf: name.utf8)
            return start..<text.count
        }
        self.text = text
    }

    @inline(__always)
    func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        text.withUnsafeBufferPointer { text in
            for range in ranges { body(UnsafeBufferPointer(rebasing: text[range])) }
        }
    }

    /// Whether a header name as received is among them.
    func contains(_ name: String) -> Bool {
        text.withUnsafeBufferPointer { text in
            ranges.contains {
                $0.count == name.utf8.count && ASCIIName.equal(name, UnsafeBufferPointer(rebasing: text[$0]))
            }
        }
    }
}
