package import Cryptography

/// A checksum of any of S3's algorithms, computed piece by piece.
package enum RunningChecksum: Sendable {
    case crc32(CRC32)
    case crc32c(CRC32C)
    case crc64nvme(CRC64NVME)
    case sha1(SHA1)
    case sha256(SHA256)

    package init(_ algorithm: ChecksumAlgorithm) {
        switch algorithm {
        case .crc32: self = .crc32(CRC32())
        case .crc32c: self = .crc32c(CRC32C())
        case .crc64nvme: self = .crc64nvme(CRC64NVME())
        case .sha1: self = .sha1(SHA1())
        case .sha256: self = .sha256(SHA256())
        }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .crc32(var check):
            check.update(bytes)
            self = .crc32(check)
        case .crc32c(var check):
            check.update(bytes)
            self = .crc32c(check)
        case .crc64nvme(var check):
            check.update(bytes)
            self = .crc64nvme(check)
        case .sha1(var hash):
            hash.update(bytes)
            self = .sha1(hash)
        case .sha256(var hash):
            hash.update(bytes)
            self = .sha256(hash)
        }
    }

    /// The checksum of everything so far, most significant byte first.
    package var bytes: [UInt8] {
        switch self {
        case .crc32(let check): check.bigEndianBytes
        case .crc32c(let check): check.bigEndianBytes
        case .crc64nvme(let check): check.bigEndianBytes
        case .sha1(let hash): hash.finalize().bytes
        case .sha256(let hash): hash.finalize().bytes
        }
    }

    /// As S3 writes it.
    package var base64: String { Base64.encode(bytes) }
}
