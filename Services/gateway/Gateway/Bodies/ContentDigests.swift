import Cryptography
import NIOCore
import Signatures

/// The digests that are computed over content as it passes.
struct ContentDigests: Sendable {
    private(set) var md5 = MD5()
    private(set) var checksum: RunningChecksum?

    init(_ algorithm: ChecksumAlgorithm?) {
        checksum = algorithm.map { RunningChecksum($0) }
    }

    mutating func update(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { bytes in
            md5.update(bytes)
            if var running = checksum {
                running.update(bytes)
                checksum = running
            }
        }
    }
}

/// What a client claims about its content beside its signature, and what else is to be known of it.
struct ContentClaim: Sendable {
    let md5: MD5Digest?
    let checksum: ChecksumClaim?
    /// The additional checksum to compute: the claimed one, or one that the object is to have anyway.
    let algorithm: ChecksumAlgorithm?

    /// - Parameter wanted: the algorithm of the upload that this is a part of.
    /// - Throws: `InvalidDigest`, `InvalidRequest`.
    init(_ fields: RequestFields, _ head: RequestHead, wanted: ChecksumAlgorithm? = nil) throws(S3Error) {
        md5 = try Self.md5(fields)
        do throws(SignatureError) { checksum = try ChecksumClaim.of(head) } catch { throw S3Error(error) }
        if let wanted, let checksum, checksum.algorithm != wanted {
            throw S3Error(
                .invalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: \(wanted.rawValue.lowercased()), "
                    + "actual checksum Type: \(checksum.algorithm.rawValue.lowercased())")
        }
        if let named = fields[.sdkChecksumAlgorithm] {
            guard let checksum else {
                throw S3Error(
                    .invalidRequest,
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                        + "headers were found.")
            }
            guard named.uppercased() == checksum.algorithm.rawValue else {
                throw S3Error(.invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
        }
        algorithm = wanted ?? checksum?.algorithm
    }

    /// The claim about a document whose request has the checksum of an object among its headers.
    ///
    /// - Throws: `InvalidDigest`.
    init(md5Of fields: RequestFields) throws(S3Error) {
        md5 = try Self.md5(fields)
        checksum = nil
        algorithm = nil
    }

    private static func md5(_ fields: RequestFields) throws(S3Error) -> MD5Digest? {
        guard let header = fields[.contentMD5] else { return nil }
        guard let digest = Base64.decode(header).flatMap({ MD5Digest(bytes: $0) }) else {
            throw S3Error(.invalidDigest, details: [("Content-MD5", header)])
        }
        return digest
    }

    /// Compares what was received with what was claimed.
    ///
    /// - Throws: `BadDigest`, `InvalidRequest`, `MalformedTrailerError`.
    func verify(_ digests: ContentDigests, trailer: [RequestHead.Field]) throws(S3Error) -> ReceivedContent {
        let digest = digests.md5.finalize()
        if let md5, md5 != digest {
            throw S3Error(
                .badDigest, details: [("ExpectedDigest", md5.base64), ("CalculatedDigest", digest.base64)])
        }
        if let checksum, let computed = digests.checksum {
            do throws(SignatureError) {
                try checksum.verify(computed, trailer: trailer)
            } catch { throw S3Error(error) }
        }
        return ReceivedContent(
            etag: digest.hex, checksum: digests.checksum.flatMap { computed in algorithm.map { ($0, computed.base64) } }
        )
    }
}

/// Content that came whole and as claimed.
struct ReceivedContent: Sendable {
    /// The MD5 in hexadecimal.
    let etag: String
    /// The additional checksum, base 64.
    let checksum: (algorithm: ChecksumAlgorithm, value: String)?
}
