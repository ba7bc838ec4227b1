/// One range of the `Range` header (RFC 9110 §14.1.2).
package enum ByteRange: Sendable, Hashable {
    case from(Int64, through: Int64)
    case starting(Int64)
    case last(Int64)

    /// Nil for a header that is to be ignored, as S3 does with several ranges, other units and malformed ones.
    package init?(_ header: String) {
        let unit = "bytes="
        guard header.utf8.count > unit.utf8.count, header.lowercased().hasPrefix(unit) else { return nil }
        let text = header.dropFirst(unit.count)
        guard let dash = text.firstIndex(of: "-") else { return nil }
        let first = text[..<dash].filter { $0 != " " }
        let last = text[text.index(after: dash)...].filter { $0 != " " }
        switch (Self.number(first), Self.number(last)) {
        case (let start?, let end?) where start <= end: self = .from(start, through: end)
        case (let start?, nil) where last.isEmpty: self = .starting(start)
        case (nil, let count?) where first.isEmpty: self = .last(count)
        default: return nil
        }
    }

    /// The range of `x-amz-copy-source-range`, which must be `bytes=first-last`.
    ///
    /// - Throws: `InvalidArgument`.
    package init(copySourceRange header: String) throws(S3Error) {
        guard header.hasPrefix("bytes="), let range = ByteRange(header), case .from = range else {
            throw .invalidArgument(
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                    + "zero-based offsets of the first and last bytes to copy",
                name: "x-amz-copy-source-range", value: header)
        }
        self = range
    }

    /// The bytes of an object of `size` bytes that are meant; nil where there are none.
    package func bounds(size: Int64) -> Range<Int64>? {
        switch self {
        case .from(let first, let last): first < size ? first..<min(last + 1, size) : nil
        case .starting(let first): first < size ? first..<size : nil
        case .last(let count): count > 0 && size > 0 ? max(0, size - count)..<size : nil
        }
    }

    private static func number(_ digits: some StringProtocol) -> Int64? {
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }
}
