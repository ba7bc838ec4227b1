import Cryptography

/// Percent-decoding of request targets (RFC 3986 §2.1).
enum PercentDecoding {
    /// Appends the bytes that a part of a target stands for.
    ///
    /// - Parameter plusIsSpace: as in queries.
    /// - Throws: `InvalidURI` for a `%` without two hexadecimal digits.
    static func append(
        _ text: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool, to output: inout [UInt8]
    ) throws(S3Error) {
        var start = 0
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "%"):
                output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                guard index + 2 < text.count, let high = Hex.value(of: text[index + 1]),
                    let low = Hex.value(of: text[index + 2])
                else { throw S3Error(.invalidURI) }
                output.append(high << 4 | low)
                index += 3
                start = index
            case UInt8(ascii: "+") where plusIsSpace:
                output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                output.append(0x20)
                index += 1
                start = index
            default: index += 1
            }
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    static func bytes(_ text: some StringProtocol, plusIsSpace: Bool) throws(S3Error) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var failure: S3Error?
        var text = Substring(text)
        text.withUTF8 { bytes in
            do throws(S3Error) {
                try append(bytes, plusIsSpace: plusIsSpace, to: &output)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return output
    }
}
