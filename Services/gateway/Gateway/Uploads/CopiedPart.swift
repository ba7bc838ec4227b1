import Cryptography
package import Domain

/// Parts whose bytes the store copied, so that they never passed through here.
package enum CopiedPart {
    /// The ETag of a part: that of a whole source if it is an MD5, else a digest of what determines its bytes.
    ///
    /// S3 gives the MD5 of the bytes; reading them only for that would cost more than the copy.
    package static func etag(of source: Entry, _ bounds: Range<Int64>?) -> String {
        if bounds == nil, source.checksum.utf8.count == 32, Hex.decode(source.checksum) != nil {
            return source.checksum
        }
        let range = bounds ?? 0..<source.size
        return MD5.hash("copied part\n\(source.checksum)\n\(source.size)\n\(range.lowerBound)\n\(range.upperBound)").hex
    }
}
