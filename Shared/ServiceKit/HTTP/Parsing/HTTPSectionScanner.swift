import NIOHTTP1

/// Finds the end of a section of lines, a head or trailers, as its bytes arrive; each byte is looked at once.
struct HTTPSectionScanner {
    private let limits: HTTPParserLimits
    /// Whether the section begins with a start line, which has a limit of its own.
    private let hasStartLine: Bool
    /// Bytes known to hold no line that ends the section.
    private(set) var scanned = 0
    private var lineStart = 0
    private var isFirstLine = true

    init(limits: HTTPParserLimits, hasStartLine: Bool) {
        self.limits = limits
        self.hasStartLine = hasStartLine
    }

    /// The length of the section up to and with the empty line that ends it; nil where that is not there yet.
    mutating func end(in bytes: Span<UInt8>) throws(HTTPRejection) -> Int? {
        while let end = bytes.firstIndex(of: .lineFeed, from: scanned) {
            guard end > lineStart, bytes[end - 1] == .carriageReturn else { throw .malformed("line ends without CR") }
            let isEmpty = end - 1 == lineStart
            try check(end + 1)
            scanned = end + 1
            lineStart = scanned
            isFirstLine = false
            if isEmpty { return scanned }
        }
        scanned = bytes.count
        try check(scanned)
        return nil
    }

    private func check(_ length: Int) throws(HTTPRejection) {
        if hasStartLine, isFirstLine, length > limits.maxRequestLineBytes {
            throw HTTPRejection(.uriTooLong, "request line is longer than \(limits.maxRequestLineBytes) bytes")
        }
        if length > limits.maxHeadBytes {
            throw HTTPRejection(.requestHeaderFieldsTooLarge, "header is longer than \(limits.maxHeadBytes) bytes")
        }
    }
}
