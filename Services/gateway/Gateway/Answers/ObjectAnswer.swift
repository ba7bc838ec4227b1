package import Domain
package import NIOHTTP1

/// The headers that answer for an object.
package enum ObjectAnswer {
    /// The parameters of a query that override a header of the answer (S3: GetObject, `response-…`).
    private static let overrides: [(parameter: String, header: String)] = [
        ("response-cache-control", "cache-control"),
        ("response-content-disposition", "content-disposition"),
        ("response-content-encoding", "content-encoding"),
        ("response-content-language", "content-language"),
        ("response-content-type", "content-type"),
        ("response-expires", "expires"),
    ]

    /// The headers of GetObject and HeadObject but for length and range.
    ///
    /// - Parameter showsChecksum: whether the client asked for the stored checksum and gets the whole object.
    /// - Throws: `InvalidArgument` for an override that is not UTF-8 or no header's value.
    package static func headers(
        _ entry: Entry, query: QueryItems = QueryItems(), showsChecksum: Bool = false
    ) throws(S3Error) -> HTTPHeaders {
        var headers = identity(entry)
        headers.add(name: "Accept-Ranges", value: "bytes")
        headers.add(name: "Content-Type", value: headerText(entry.contentType) ?? Entry.defaultContentType)
        if !entry.attributes.isEmpty {
            for (name, value) in entry.attributes where showsChecksum || !StoredChecksum.isChecksum(name) {
                switch name {
                case ObjectTags.attribute:
                    headers.add(name: "x-amz-tagging-count", value: "\(ObjectTags.count(value))")
                case ObjectParts.attribute: break
                default: if isToken(name), let value = headerText(value) { headers.add(name: name, value: value) }
                }
            }
        }
        if !entry.userMetadata.isEmpty { add(entry.userMetadata, to: &headers) }
        if !query.isEmpty {
            for (parameter, header) in overrides {
                guard let value = try query.value(parameter) else { continue }
                guard let value = headerText(value) else {
                    throw .invalidArgument("\(parameter) is not a header's value", name: parameter)
                }
                headers.replaceOrAdd(name: header, value: value)
            }
        }
        return headers
    }

    /// `ETag` and `Last-Modified`: all that 304 has.
    package static func identity(_ entry: Entry) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(12)
        headers.add(name: "ETag", value: "\"\(entry.checksum)\"")
        headers.add(name: "Last-Modified", value: HTTPTime(unixSeconds: entry.modified / 1_000).text)
        return headers
    }

    /// Adds user metadata, as RFC 2047 where it is not ASCII; what no header can hold is counted instead, as S3 does.
    private static func add(_ metadata: [String: String], to headers: inout HTTPHeaders) {
        var missing = 0
        for (name, value) in metadata {
            if isToken(name), let value = headerText(value) {
                headers.add(name: "x-amz-meta-" + name, value: EncodedWord.of(value) ?? value)
            } else {
                missing += 1
            }
        }
        if missing > 0 { headers.add(name: "x-amz-missing-meta", value: "\(missing)") }
    }

    /// The text, unless it holds what a header's value cannot.
    private static func headerText(_ text: String) -> String? {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } ? text : nil
    }

    /// Whether a text can be (part of) a header's name (RFC 9110 §5.6.2).
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
