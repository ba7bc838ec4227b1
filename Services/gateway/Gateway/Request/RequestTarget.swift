/// A request's target, cut at its `?` and decoded.
package struct RequestTarget: Sendable, Hashable {
    /// Decoded bytes, beginning with a slash; nothing is normalised.
    package let path: [UInt8]
    package let query: QueryItems

    /// - Parameter target: in origin form, as received.
    /// - Throws: `InvalidURI`.
    package init(_ target: String) throws(S3Error) {
        var path: [UInt8] = []
        var failure: S3Error?
        var mark: Int?
        var target = target
        target.withUTF8 { bytes in
            mark = bytes.firstIndex(of: UInt8(ascii: "?"))
            path.reserveCapacity(mark ?? bytes.count)
            do throws(S3Error) {
                try PercentDecoding.append(
                    UnsafeBufferPointer(rebasing: bytes[..<(mark ?? bytes.count)]), plusIsSpace: false, to: &path)
            } catch { failure = error }
        }
        if let failure { throw failure }
        guard path.first == UInt8(ascii: "/") else { throw S3Error(.invalidURI) }
        self.path = path
        guard let mark else {
            query = QueryItems()
            return
        }
        query = try QueryItems(target[target.utf8.index(target.startIndex, offsetBy: mark + 1)...])
    }
}
