/// A response as a plain and separate reading of HTTP/1.1 finds it.
package struct RawResponse: Sendable, Hashable {
    package let status: Int
    package let headers: [String: [String]]
    package let body: [UInt8]

    /// The only value of a header, by its name in lower case.
    package func header(_ name: String) -> String? { headers[name]?.count == 1 ? headers[name]?.first : nil }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Takes one response off `bytes`; nil where it is not whole.
    ///
    /// - Parameter isHead: whether it answers HEAD and so has no body.
    package static func read(from bytes: inout [UInt8], isHead: Bool = false) -> RawResponse? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "") else {
            return nil
        }
        var headers: [String: [String]] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            headers[parts[0].lowercased(), default: []].append(String(value))
        }
        var rest = Array(bytes[end.upperBound...])
        guard let body = body(of: status, headers, isHead: isHead, from: &rest) else { return nil }
        bytes = rest
        return RawResponse(status: status, headers: headers, body: body)
    }

    /// The length of the response that `bytes` begins, where its head says so; saves reading it again and again.
    static func announcedBytes(_ bytes: [UInt8]) -> Int? {
        guard let end = bytes.prefix(65_536).firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased().split(separator: "\r\n")
        guard lines.first?.contains(" 304 ") == false,
            let line = lines.first(where: { $0.hasPrefix("content-length:") }),
            let length = Int(line.dropFirst("content-length:".count).drop { $0 == " " })
        else { return nil }
        return end.upperBound + length
    }

    private static func body(
        of status: Int, _ headers: [String: [String]], isHead: Bool, from rest: inout [UInt8]
    ) -> [UInt8]? {
        if isHead || status < 200 || status == 204 || status == 304 { return [] }
        if headers["transfer-encoding"] == ["chunked"] { return chunks(from: &rest) }
        let length = headers["content-length"]?.first.flatMap { Int($0) } ?? 0
        guard rest.count >= length else { return nil }
        defer { rest.removeFirst(length) }
        return Array(rest[..<length])
    }

    private static func chunks(from rest: inout [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        var bytes = rest[...]
        while let end = bytes.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: bytes[..<end.lowerBound], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes = bytes[end.upperBound...]
            if size == 0 {
                // Trailers up to an empty line.
                while let line = bytes.firstRange(of: Array("\r\n".utf8)) {
                    let isLast = line.lowerBound == bytes.startIndex
                    bytes = bytes[line.upperBound...]
                    if isLast {
                        rest = Array(bytes)
                        return body
                    }
                }
                return nil
            }
            guard bytes.count >= size + 2 else { return nil }
            body += bytes.prefix(size)
            bytes = bytes.dropFirst(size + 2)
        }
        return nil
    }
}

extension Collection where Element == UInt8 {
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            guard let end = index(start, offsetBy: pattern.count, limitedBy: endIndex) else { return nil }
            if self[start..<end].elementsEqual(pattern) { return start..<end }
            formIndex(after: &start)
        }
        return nil
    }
}
