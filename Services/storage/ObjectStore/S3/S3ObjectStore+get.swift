import Curl
import NIOCore
import Signatures

extension S3ObjectStore {
    /// Objects up to this size are read whole before they are handed over, so that a cut answer can be asked for again.
    static let maxSmallBytes: Int64 = 65_536

    package func get(_ address: ObjectAddress, range: Range<Int64>?) async throws(ObjectStoreError) -> ObjectContent {
        if let range, range.isEmpty || range.lowerBound < 0 {
            throw ObjectStoreError(.invalidRange, "the range holds nothing")
        }
        var call = try call(.get, "read an object", address)
        if let range { call.headers = [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")] }
        return try await client.retrying { [client, call] () throws(ObjectStoreError) in
            let response = try await client.sendOnce(call, body: .none, payload: .empty)
            var isKept = false
            defer { if !isKept { response.cancel() } }
            let (info, offered) = try S3Range.offered(response.head)
            let wanted = try info.clip(range)
            guard offered.lowerBound <= wanted.lowerBound, wanted.upperBound <= offered.upperBound else {
                throw ObjectStoreError(.corrupt, "the store answers with another range than was asked for")
            }
            let reader = S3Reader(client, call, response, offered: offered, wanted: wanted, etag: info.etag)
            let count = wanted.upperBound - wanted.lowerBound
            guard count <= Self.maxSmallBytes, offered.upperBound - offered.lowerBound <= Self.maxSmallBytes else {
                isKept = true
                return ObjectContent(info: info, range: wanted, reader: reader)
            }
            var all = ByteBuffer()
            while var piece = try await reader.next() {
                if all.readableBytes == 0 { all = piece } else { all.writeBuffer(&piece) }
            }
            return ObjectContent(info: info, range: wanted, reader: BytesReader(all))
        }
    }
}

/// What an answer says it brings.
enum S3Range {
    /// The object, and which of its bytes come.
    ///
    /// - Throws: `corrupt` where the headers are missing or contradict one another.
    static func offered(_ head: CurlHead) throws(ObjectStoreError) -> (ObjectInfo, Range<Int64>) {
        guard let length = ObjectInfo.length(head) else {
            throw ObjectStoreError(.corrupt, "the store's answer has no length")
        }
        // A store that does not know ranges answers 200 with the whole.
        guard head.status == 206 else { return (try ObjectInfo(head, size: length), 0..<length) }
        guard let (range, size) = head["content-range"].flatMap(parse), range.upperBound - range.lowerBound == length
        else {
            throw ObjectStoreError(.corrupt, "the store's answer has no or another range")
        }
        return (try ObjectInfo(head, size: size), range)
    }

    /// Reads `bytes 0-99/1000`.
    static func parse(_ text: String) -> (range: Range<Int64>, size: Int64)? {
        guard text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]),
            let size = Int64(parts[1]), first >= 0, first <= last, last < size
        else { return nil }
        return (first..<(last + 1), size)
    }
}
