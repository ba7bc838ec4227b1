import Curl
import Signatures

extension ObjectInfo {
    /// From an answer's headers.
    ///
    /// - Parameter size: of the whole object, where `Content-Length` is another.
    /// - Throws: `corrupt` without a length or a tag.
    init(_ head: CurlHead, size: Int64?) throws(ObjectStoreError) {
        guard let size = size ?? Self.length(head), let etag = head["etag"], !etag.isEmpty else {
            throw ObjectStoreError(.corrupt, "the store's answer has no length or no tag")
        }
        let modified = head["last-modified"].flatMap { SigningTime(httpDate: $0) }?.unixSeconds ?? 0
        self.init(
            size: size, modified: modified * 1_000, etag: Self.unquote(etag), contentType: head["content-type"],
            storageClass: head["x-amz-storage-class"])
    }

    static func length(_ head: CurlHead) -> Int64? {
        head["content-length"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    static func unquote(_ etag: String) -> String {
        etag.utf8.count >= 2 && etag.hasPrefix("\"") && etag.hasSuffix("\"")
            ? String(etag.dropFirst().dropLast()) : etag
    }

    /// Milliseconds of a time in a list, such as `2026-11-22T19:41:05.123Z`; 0 for anything else.
    static func milliseconds(_ time: String) -> Int64 {
        let parts = time.split(separator: ".", maxSplits: 1)
        let digits = parts.first.map { $0.filter { $0 != "-" && $0 != ":" && $0 != "Z" } } ?? ""
        guard let seconds = SigningTime(stamp: digits + "Z")?.unixSeconds else { return 0 }
        let fraction = parts.count > 1 ? parts[1].prefix { $0.isASCII && $0.isNumber } : ""
        let padded = fraction + String(repeating: "0", count: max(0, 3 - fraction.count))
        return seconds * 1_000 + (Int64(padded.prefix(3)) ?? 0)
    }
}
