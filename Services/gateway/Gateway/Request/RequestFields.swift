package import NIOHTTP1

/// The headers that S3 gives a meaning to, found in one pass.
package struct RequestFields: Sendable {
    package enum Name: String, CaseIterable, Sendable {
        case acl = "x-amz-acl"
        case cacheControl = "cache-control"
        case checksumAlgorithm = "x-amz-checksum-algorithm"
        case checksumMode = "x-amz-checksum-mode"
        case checksumType = "x-amz-checksum-type"
        case contentDisposition = "content-disposition"
        case contentEncoding = "content-encoding"
        case contentLanguage = "content-language"
        case contentLength = "content-length"
        case contentMD5 = "content-md5"
        case contentType = "content-type"
        case copySource = "x-amz-copy-source"
        case copySourceIfMatch = "x-amz-copy-source-if-match"
        case copySourceIfModifiedSince = "x-amz-copy-source-if-modified-since"
        case copySourceIfNoneMatch = "x-amz-copy-source-if-none-match"
        case copySourceIfUnmodifiedSince = "x-amz-copy-source-if-unmodified-since"
        case copySourceRange = "x-amz-copy-source-range"
        case customerEncryption = "x-amz-server-side-encryption-customer-algorithm"
        case decodedContentLength = "x-amz-decoded-content-length"
        case encryption = "x-amz-server-side-encryption"
        case expires = "expires"
        case host = "host"
        case ifMatch = "if-match"
        case ifModifiedSince = "if-modified-since"
        case ifNoneMatch = "if-none-match"
        case ifRange = "if-range"
        case ifUnmodifiedSince = "if-unmodified-since"
        case legalHold = "x-amz-object-lock-legal-hold"
        case lockMode = "x-amz-object-lock-mode"
        case lockUntil = "x-amz-object-lock-retain-until-date"
        case objectSize = "x-amz-mp-object-size"
        case range = "range"
        case redirectLocation = "x-amz-website-redirect-location"
        case sdkChecksumAlgorithm = "x-amz-sdk-checksum-algorithm"
        case storageClass = "x-amz-storage-class"
        case tagging = "x-amz-tagging"
        case writeOffset = "x-amz-write-offset-bytes"

        private static let byLength: [[(name: Name, bytes: [UInt8])]] = {
            var table: [[(name: Name, bytes: [UInt8])]] = Array(repeating: [], count: 64)
            for name in allCases { table[name.rawValue.utf8.count].append((name, Array(name.rawValue.utf8))) }
            return table
        }()

        /// The name that a header as received has, whatever its case.
        init?(received: String) {
            let utf8 = received.utf8
            guard utf8.count < Self.byLength.count else { return nil }
            for (name, bytes) in Self.byLength[utf8.count] where utf8.equalsIgnoringCase(bytes) {
                self = name
                return
            }
            return nil
        }
    }

    package private(set) var headers: HTTPHeaders
    private var found: [(name: Name, value: String)] = []

    package init(_ headers: HTTPHeaders) {
        self.headers = headers
        found.reserveCapacity(8)
        for (received, value) in headers {
            if let name = Name(received: received) { found.append((name, value)) }
        }
    }

    /// Takes parameters of a presigned query for headers; one that is there as a header stays as it is.
    mutating func adopt(_ parameters: [(name: String, value: String)]) {
        for (name, value) in parameters where !headers.contains(name: name) {
            headers.add(name: name, value: value)
            if let known = Name(received: name) { found.append((known, value)) }
        }
    }

    /// The first value of a header.
    package subscript(_ name: Name) -> String? { found.first { $0.name == name }?.value }

    /// The conditions of a read.
    package var preconditions: Preconditions {
        Preconditions(
            ifMatch: self[.ifMatch], ifNoneMatch: self[.ifNoneMatch],
            ifModifiedSince: self[.ifModifiedSince].flatMap { HTTPTime($0)?.unixSeconds },
            ifUnmodifiedSince: self[.ifUnmodifiedSince].flatMap { HTTPTime($0)?.unixSeconds })
    }

    /// The conditions that a copy lays on its source.
    package var copySourcePreconditions: Preconditions {
        Preconditions(
            ifMatch: self[.copySourceIfMatch], ifNoneMatch: self[.copySourceIfNoneMatch],
            ifModifiedSince: self[.copySourceIfModifiedSince].flatMap { HTTPTime($0)?.unixSeconds },
            ifUnmodifiedSince: self[.copySourceIfUnmodifiedSince].flatMap { HTTPTime($0)?.unixSeconds })
    }
}

extension String.UTF8View {
    /// Whether these are `lowercase` but for the case of ASCII letters.
    func equalsIgnoringCase(_ lowercase: [UInt8]) -> Bool {
        guard count == lowercase.count else { return false }
        var index = 0
        for byte in self {
            guard (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == lowercase[index] else { return false }
            index += 1
        }
        return true
    }
}
