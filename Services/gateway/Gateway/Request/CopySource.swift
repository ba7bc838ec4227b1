/// The object that `x-amz-copy-source` names: `/bucket/reference/path`, percent-encoded.
package struct CopySource: Sendable, Hashable {
    package let bucket: String
    /// Decoded UTF-8.
    package let key: [UInt8]

    /// - Throws: `InvalidArgument` for another form; `NotImplemented` for an access point or a version.
    package init(_ header: String) throws(S3Error) {
        let refusal = S3Error.invalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", name: "x-amz-copy-source",
            value: header)
        guard !header.hasPrefix("arn:") else { throw .notImplemented(header: "x-amz-copy-source") }
        var text = header[...]
        if let mark = text.lastIndex(of: "?") {
            let query = try QueryItems(text[text.index(after: mark)...])
            // There is one version of each key; it is the one S3 calls null.
            if let version = try query.value("versionId"), version != "null" { throw S3Error(.noSuchVersion) }
            text = text[..<mark]
        }
        let bytes: [UInt8]
        do throws(S3Error) { bytes = try PercentDecoding.bytes(text, plusIsSpace: false) } catch { throw refusal }
        let trimmed = bytes.first == UInt8(ascii: "/") ? bytes[1...] : bytes[...]
        guard let slash = trimmed.firstIndex(of: UInt8(ascii: "/")), slash > trimmed.startIndex,
            slash + 1 < trimmed.endIndex, String(validating: trimmed, as: UTF8.self) != nil
        else { throw refusal }
        bucket = String(decoding: trimmed[..<slash], as: UTF8.self)
        key = Array(trimmed[(slash + 1)...])
    }
}
