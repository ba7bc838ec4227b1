import Cryptography

/// A request in the one spelling that both sides hash.
enum CanonicalRequest {
    /// The bytes that are hashed, in S3's flavour: the path is encoded once and not normalised.
    ///
    /// - Parameter presigned: leaves `X-Amz-Signature` out of the query.
    /// - Throws: `invalidURI` for a path that cannot be decoded.
    static func bytes(
        method: String, path: Substring, query: CanonicalQuery, fields: [RequestHead.Field],
        signedHeaders: SignedHeaderNames, payload: PayloadMode, presigned: Bool
    ) throws(SignatureError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(1024)
        output.append(contentsOf: method.utf8)
        output.append(0x0A)
        if path.isEmpty {
            output.append(UInt8(ascii: "/"))
        } else {
            try PercentEncoding.append(normalizing: path, keepingSlash: true, plusIsSpace: false, to: &output)
        }
        output.append(0x0A)
        query.append(to: &output, presigned: presigned)
        output.append(0x0A)
        signedHeaders.forEach { name in
            output.append(contentsOf: name)
            output.append(UInt8(ascii: ":"))
            var first = true
            for field in fields where ASCIIName.equal(field.name, name) {
                if !first { output.append(UInt8(ascii: ",")) }
                first = false
                append(folding: field.value, to: &output)
            }
            output.append(0x0A)
        }
        output.append(0x0A)
        output.append(contentsOf: signedHeaders.text)
        output.append(0x0A)
        payload.append(to: &output)
        return output
    }

    private static func needsFolding(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var before: UInt8 = 0x20
        for byte in bytes {
            // A tab or a blank after a blank: both are below any other character of a header.
            if byte <= 0x20 && (byte == 0x09 || before == 0x20) { return true }
            before = byte
        }
        return before == 0x20
    }

    /// Appends a header's value without blanks at its ends and with single spaces inside.
    static func append(folding value: String, to output: inout [UInt8]) {
        let start = output.count
        var blank = false
        value.withBytes { bytes in
            guard needsFolding(bytes) else {
                output.append(contentsOf: bytes)
                return
            }
            for byte in bytes {
                if byte == 0x20 || byte == 0x09 {
                    blank = true
                } else {
                    if blank && output.count > start { output.append(0x20) }
                    blank = false
                    output.append(byte)
                }
            }
        }
    }
}
