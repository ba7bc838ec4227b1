import Cryptography

/// The one spelling of a path or query that signatures are computed over.
package enum PercentEncoding {
    /// RFC 3986's unreserved characters, which are never encoded.
    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    @inline(__always)
    static func append(encoding byte: UInt8, to output: inout [UInt8]) {
        if isUnreserved(byte) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(digit(byte >> 4))
            output.append(digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x37 + value
    }

    /// Appends a raw text decoded and encoded again, so that every spelling of the same bytes becomes one.
    ///
    /// - Parameters:
    ///   - slash: whether `/` stays as it is, as in paths.
    ///   - plusIsSpace: whether a bare `+` stands for a space, as in queries.
    /// - Throws: `invalidURI` for a `%` without two hexadecimal digits behind it.
    static func append(
        normalizing text: Substring, keepingSlash slash: Bool, plusIsSpace: Bool, to output: inout [UInt8]
    ) throws(SignatureError) {
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            if isUnreserved(byte) || (slash && byte == UInt8(ascii: "/")) {
                output.append(byte)
            } else if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value)
                else { throw .invalidURI }
                let decoded = high << 4 | low
                if slash && decoded == UInt8(ascii: "/") {
                    output.append(decoded)
                } else {
                    append(encoding: decoded, to: &output)
                }
            } else if plusIsSpace && byte == UInt8(ascii: "+") {
                append(encoding: 0x20, to: &output)
            } else {
                append(encoding: byte, to: &output)
            }
        }
    }

    /// The bytes that a raw text stands for.
    ///
    /// - Throws: `invalidURI` for a `%` without two hexadecimal digits behind it.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool) throws(SignatureError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value)
                else { throw .invalidURI }
                output.append(high << 4 | low)
            } else {
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return output
    }

    /// Any bytes, encoded for a path or, without `keepingSlash`, for a query.
    package static func encode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.underestimatedCount + 16)
        for byte in bytes {
            if keepingSlash && byte == UInt8(ascii: "/") {
                output.append(byte)
            } else {
                append(encoding: byte, to: &output)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
