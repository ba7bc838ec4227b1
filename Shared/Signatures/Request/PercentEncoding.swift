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
    private static func append(encoding byte: UInt8, keepingSlash slash: Bool, to output: inout [UInt8]) {
        if isUnreserved(byte) || (slash && byte == UInt8(ascii: "/")) {
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

    /// Goes through the bytes that a raw text stands for.
    @inline(__always)
    private static func forEachByte(
        of text: some StringProtocol, plusIsSpace: Bool, _ body: (UInt8) -> Void
    ) throws(SignatureError) {
        try text.withBytes { (bytes: UnsafeBufferPointer<UInt8>) throws(SignatureError) in
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "%") {
                    guard index + 2 < bytes.count, let high = Hex.value(of: bytes[index + 1]),
                        let low = Hex.value(of: bytes[index + 2])
                    else { throw .invalidURI }
                    body(high << 4 | low)
                    index += 3
                } else {
                    body(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
                    index += 1
                }
            }
        }
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
        let isCanonical = text.withBytes { bytes in
            for byte in bytes where !isUnreserved(byte) && !(slash && byte == UInt8(ascii: "/")) { return false }
            output.append(contentsOf: bytes)
            return true
        }
        guard !isCanonical else { return }
        try forEachByte(of: text, plusIsSpace: plusIsSpace) {
            append(encoding: $0, keepingSlash: slash, to: &output)
        }
    }

    /// The bytes that a raw text stands for.
    ///
    /// - Throws: `invalidURI` for a `%` without two hexadecimal digits behind it.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool) throws(SignatureError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        try forEachByte(of: text, plusIsSpace: plusIsSpace) { output.append($0) }
        return output
    }

    /// Any bytes, encoded for a path or, without `keepingSlash`, for a query.
    package static func encode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.underestimatedCount + 16)
        for byte in bytes { append(encoding: byte, keepingSlash: keepingSlash, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }
}
